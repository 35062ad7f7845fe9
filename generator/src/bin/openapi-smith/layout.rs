//! The paths of fetched documents in their folder.

use std::collections::BTreeMap;

use openapi_smith::{LOCK_FILE, Lock};

/// The longest segment of a path.
const MOST_LETTERS: usize = 80;

/// The path of each URL. The root document is at the top, documents below its folder keep their relative paths, others
/// are in a folder of their host. Documents that `old` pins keep their paths.
pub(crate) fn paths(root: &str, texts: &BTreeMap<String, String>, old: Option<&Lock>) -> BTreeMap<String, String> {
    let known = |url: &String| Some((url.clone(), old?.files.get(url)?.path.clone()));
    let mut paths: BTreeMap<String, String> = texts.keys().filter_map(known).collect();
    // The root document first: it has the name that it wants.
    let mut urls: Vec<&String> = texts.keys().filter(|url| !paths.contains_key(*url)).collect();
    urls.sort_by_key(|url| url.as_str() != root);
    // The path of a local root document.
    let local = (!texts.contains_key(root)).then_some(root);
    for url in urls {
        let is_json = texts.get(url).is_some_and(|text| text.trim_start().starts_with('{'));
        let wanted = wanted(root, url, is_json);
        let is_free = |path: &str| {
            let taken = paths.values().map(String::as_str).chain([LOCK_FILE]).chain(local);
            taken.map(str::to_lowercase).all(|taken| {
                let path = path.to_lowercase();
                path != taken && !taken.starts_with(&format!("{path}/")) && !path.starts_with(&format!("{taken}/"))
            })
        };
        // Without folders, one of which may have the name of a file.
        let numbered = (2..).map(|number| with_number(&wanted.replace('/', "_"), number));
        let path = std::iter::once(wanted.clone()).chain(numbered).find(|path| is_free(path));
        paths.insert(url.clone(), path.unwrap_or(wanted));
    }
    paths
}

/// `pet-2.yaml` of `pet.yaml`.
fn with_number(name: &str, number: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{number}.{extension}"),
        None => format!("{name}-{number}"),
    }
}

fn wanted(root: &str, url: &str, is_json: bool) -> String {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let (root_place, _) = root.split_once('?').unwrap_or((root, ""));
    let below = root_place.rsplit_once('/').and_then(|(folder, _)| place.strip_prefix(folder)?.strip_prefix('/'));
    let is_root = url == root;
    let rest = match below {
        // The URL of a host without a path.
        _ if is_root && place.matches('/').count() < 3 => "",
        _ if is_root => place.rsplit('/').next().unwrap_or_default(),
        Some(below) => below,
        None => place.split_once("://").map_or(place, |(_, rest)| rest),
    };
    let mut segments: Vec<String> = rest.split('/').map(clean).filter(|segment| !segment.is_empty()).collect();
    let mut name = segments.pop().unwrap_or_else(|| if is_root { "openapi".to_owned() } else { "index".to_owned() });
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if ["json", "yaml", "yml", "md", "txt"].contains(&extension) => (stem, extension),
        _ => (name.as_str(), if is_json { "json" } else { "yaml" }),
    };
    let query = if query.is_empty() || is_root { String::new() } else { format!("-{}", clean(query)) };
    name = format!("{stem}{query}.{extension}");
    segments.push(name);
    segments.join("/")
}

/// A segment as a name of a file: without `..`, hidden files, and characters with a meaning.
fn clean(segment: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || "-_.".contains(letter) { letter } else { '_' };
    let text: String = segment.chars().map(letter).take(MOST_LETTERS).collect();
    let text = text.trim_end_matches('.');
    if text.starts_with('.') { format!("_{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(root: &str, urls: &[&str]) -> Vec<String> {
        let texts: BTreeMap<String, String> =
            urls.iter().chain([&root]).map(|url| ((*url).to_owned(), "a: 1".to_owned())).collect();
        let paths = paths(root, &texts, None);
        urls.iter().map(|url| paths.get(*url).cloned().unwrap_or_default()).collect()
    }

    #[test]
    fn documents_have_plain_paths() {
        let root = "https://a.example/v1/openapi.yaml";
        for (url, path) in [
            (root, "openapi.yaml"),
            ("https://a.example/v1/schemas/pet.json", "schemas/pet.json"),
            ("https://a.example/v2/pet.yaml", "a.example/v2/pet.yaml"),
            ("https://b.example:8443/pet?version=1/2", "b.example_8443/pet-version_1_2.yaml"),
            ("https://b.example/../../etc/.passwd", "b.example/etc/_.passwd.yaml"),
            ("https://a.example/v1/openapi-lock.json", "openapi-lock-2.json"),
            ("https://a.example/v1/%2e%2e/con", "_2e_2e/con.yaml"),
        ] {
            assert_eq!(of(root, &[url]), [path], "{url}");
        }
        assert_eq!(of("https://a.example", &["https://a.example"]), ["openapi.yaml"]);
    }

    #[test]
    fn no_two_documents_have_one_path() {
        let urls = ["https://b.example/Pet.yaml", "https://b.example/pet.yaml", "https://b.example/pet.yaml/x.yaml"];
        let found = of("https://a.example/openapi.yaml", &urls);
        assert_eq!(found, ["b.example/Pet.yaml", "b.example_pet-2.yaml", "b.example_pet.yaml_x-2.yaml"]);
    }
}
