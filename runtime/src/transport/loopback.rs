//! Which URLs lead to this machine.

use reqwest::Url;

/// Whether the host is this machine: a loopback address, or a name that RFC 6761 section 6.3 binds to one.
pub fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let name = host.trim_end_matches('.');
    address.is_ok_and(|address| address.is_loopback()) || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for host in ["127.0.0.1", "127.8.9.1", "2130706433", "[::1]", "localhost", "LOCALHOST.", "hydra.localhost"] {
            assert!(is_loopback(&Url::parse(&format!("http://{host}:4444/p")).unwrap()), "{host}");
        }
        for host in ["10.0.0.1", "0.0.0.0", "[::2]", "localhost.example.com", "notlocalhost", "127.0.0.1.example.com"] {
            assert!(!is_loopback(&Url::parse(&format!("http://{host}:4444/p")).unwrap()), "{host}");
        }
    }
}
