//! A server in its own process, which ends with the value.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::python;
use crate::corpus::Error;

/// How long a server may take to serve its document. Prefect migrates a database first.
const MOST_WAIT: Duration = Duration::from_secs(600);

/// A running server. Dropping the value ends it.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Its address, with the path that its document is relative to.
    pub(super) base_url: String,
    /// The document that it serves.
    pub(super) document: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // With its own children.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
        let _ = self.child.wait();
    }
}

/// Why a server cannot run here, if it cannot.
pub(super) fn missing(name: &str, shared: &Path) -> Option<String> {
    let program = shared.join("servers/shop.py");
    if name == "shop" && !program.is_file() {
        return Some(format!("there is no {}", program.display()));
    }
    (!python::is_there()).then(|| "there is no Python 3.11 with venv".to_owned())
}

/// Starts a server on a free port, and waits until it serves its document.
pub(super) fn start(python: &Path, name: &str, base: &Path, shared: &Path) -> Result<Server, Error> {
    let port = free_port()?;
    let folder = base.join(format!("{name}-data"));
    // The calls must not see the data of an earlier run.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| Error::new(folder.display(), error))?;
    }
    std::fs::create_dir_all(&folder).map_err(|error| Error::new(folder.display(), error))?;
    let shop = shared.join("servers").display().to_string();
    let text = port.to_string();
    let mut command = match name {
        "shop" => {
            let mut command = Command::new(python);
            command.args(["-m", "uvicorn", "--app-dir", &shop, "--port", &text, "--log-level", "warning", "shop:app"]);
            command
        }
        "chroma" => {
            let mut command = Command::new(python.with_file_name("chroma"));
            command.args(["run", "--path", "data", "--host", "127.0.0.1", "--port", &text]);
            command
        }
        _ => {
            let mut command = Command::new(python);
            command.args(["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", &text, "--no-ui"]);
            command.env("PREFECT_HOME", &folder).env("PREFECT_SERVER_ANALYTICS_ENABLED", "false");
            command.env("PREFECT_SERVER_TELEMETRY_ENABLED", "false").env("DO_NOT_TRACK", "1");
            command
        }
    };
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("ANONYMIZED_TELEMETRY", "False");
    let log = folder.join("log.txt");
    let output = File::create(&log).map_err(|error| Error::new(log.display(), error))?;
    let errors = output.try_clone().map_err(|error| Error::new(log.display(), error))?;
    let child =
        command.current_dir(&folder).process_group(0).stdin(Stdio::null()).stdout(output).stderr(errors).spawn();
    let child = child.map_err(|error| Error::new(name, error))?;
    let (path, document_path) = if name == "prefect" { ("/api", "/openapi.json") } else { ("", "/openapi.json") };
    let origin = format!("http://127.0.0.1:{port}");
    let mut server = Server { child, base_url: format!("{origin}{path}"), document: String::new() };
    let started = Instant::now();
    loop {
        if let Ok(text) = fetched(&format!("{origin}{document_path}")) {
            server.document = text;
            return Ok(server);
        }
        let ended = server.child.try_wait().map_err(|error| Error::new(name, error))?;
        if ended.is_some() || started.elapsed() > MOST_WAIT {
            return Err(Error::new(name, format_args!("it does not serve its document: see {}", log.display())));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn fetched(url: &str) -> Result<String, ureq::Error> {
    ureq::get(url).call()?.body_mut().read_to_string()
}

/// A port that was free a moment ago. No server of the three can be asked which one it chose.
fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| Error::new("a free port", error))
}
