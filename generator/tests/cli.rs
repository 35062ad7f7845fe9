//! The command-line tool.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod tool;

use std::path::Path;
use std::{fs, time::SystemTime};

use serde_json::Value;
use tool::{file, folder, smith};

const SPEC: &str = "\
openapi: 3.0.3
info: { title: Weather, version: '1' }
paths:
  /now:
    get:
      operationId: currentWeather
      tags: [weather]
      responses:
        '200': { description: Now., content: { application/json: { schema: { type: string } } } }
  /stations:
    get:
      tags: [station, weather]
      deprecated: true
      operationId: listStations
      responses: { '204': { description: Nothing. } }
  /health:
    get:
      operationId: health
      responses: { '204': { description: Nothing. } }
";

#[test]
fn generates_from_stdin_to_stdout() {
    let ran = smith(&["generate", "-"], SPEC);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("pub fn current_weather("));
    assert!(ran.stderr.contains("0 approximated, 0 renamed, 0 ignored, 0 left out"), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}'), "colour without a terminal");
}

#[test]
fn presets_are_chosen_by_name() {
    let document = include_str!("fixtures/presets.yaml");
    let ran = smith(&["check", "-", "--dates", "chrono", "--uuid"], document);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for line in
        [r#"chrono = { version = "0.4", features = ["serde"] }"#, r#"uuid = { version = "1", features = ["serde"] }"#]
    {
        assert!(ran.stdout.lines().any(|printed| printed == line), "{}", ran.stdout);
    }
    let settings = file("presets.toml", "dates = \"time\"\nurl = true\ndecimal = true\nbytes = true\n");
    let code = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], document).stdout;
    for path in ["time::OffsetDateTime", "url::Url", "rust_decimal::Decimal", "std::vec::Vec<u8>"] {
        assert!(code.contains(path), "{path}");
    }
    let settings = file("presets-bad.toml", "\ndates = \"joda\"\n");
    let ran = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], document);
    assert_eq!(ran.code, 2);
    let what = "presets-bad.toml:2:9: unknown crate for dates `joda`: use `jiff`, `time` or `chrono`";
    assert!(ran.stderr.contains(what), "{}", ran.stderr);
}

#[test]
fn an_unchanged_file_is_not_written() {
    let spec = file("written.yaml", SPEC);
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("written.rs");
    let _ = fs::remove_file(&output);
    let arguments = ["generate", spec.to_str().unwrap(), "-o", output.to_str().unwrap(), "--format", "json"];
    let first = smith(&arguments, "").json();
    assert_eq!((&first["ok"], &first["written"]), (&Value::Bool(true), &Value::Bool(true)));
    let long_ago = SystemTime::UNIX_EPOCH;
    fs::File::options().write(true).open(&output).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(smith(&arguments, "").json()["written"], false);
    assert_eq!(fs::metadata(&output).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn chooses_by_tag_and_operation() {
    let code = |arguments: &[&str]| smith(&[&["generate", "-"], arguments].concat(), SPEC).stdout;
    let has =
        |code: &str| ["current_weather", "list_stations", "health"].map(|name| code.contains(&format!("fn {name}")));
    assert_eq!(has(&code(&["--tag", "station"])), [false, true, false]);
    assert_eq!(has(&code(&["--operation", "health"])), [false, false, true]);
    assert_eq!(has(&code(&["--operation", "GET /now", "--tag", "station"])), [true, true, false]);
}

#[test]
fn a_refusal_shows_location_and_remedy_and_exits_with_one() {
    let ran = smith(&["check", "-", "--tag", "wether"], SPEC);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stdout,
        "unknown-tag: no operation has the tag `wether`\n  <stdin>#/paths\n  known tags: `station`, `weather`\nrefused: 1 \
         problem\n"
    );
    let ran = smith(&["check", "-", "--operation", "no", "--format", "json"], SPEC);
    assert_eq!(ran.code, 1);
    let said = ran.json();
    assert_eq!(said["ok"], false);
    assert_eq!(said["problems"][0]["code"], "unknown-operation");
    assert_eq!(said["problems"][0]["pointer"], "/paths");
}

#[test]
fn check_shows_the_report() {
    let spec = SPEC.replace("schema: { type: string }", "schema: { type: integer, enum: [1, 2], maxium: 3 }");
    let ran = smith(&["check", "-"], &spec);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let note = "ignored (unknown-keyword): unknown keyword `maxium`\n  <stdin>#/paths/~1now/get";
    assert!(ran.stdout.contains(note), "{}", ran.stdout);
    let notes = smith(&["check", "-", "--format", "json"], &spec).json();
    assert_eq!(notes["ok"], true);
    assert!(notes["notes"].as_array().unwrap().iter().any(|note| note["code"] == "unknown-keyword"));
}

#[test]
fn lists_by_tag() {
    let ran = smith(&["list", "-"], SPEC);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.stdout,
        "\
station (1)
  listStations    fn list_stations    GET     /stations (deprecated)
weather (2)
  currentWeather  fn current_weather  GET     /now
  listStations    fn list_stations    GET     /stations (deprecated)
(no tag) (1)
  health                              GET     /health
"
    );
    let said = smith(&["list", "-", "--format", "json"], SPEC).json();
    assert_eq!(said["operations"].as_array().unwrap().len(), 3);
    assert_eq!(said["operations"][0]["pointer"], "/paths/~1health/get");
    let names: Vec<&Value> = said["operations"].as_array().unwrap().iter().map(|entry| &entry["rust_name"]).collect();
    assert_eq!(names, ["health", "current_weather", "list_stations"]);
}

#[test]
fn settings_of_a_file() {
    for (name, text) in [
        ("good.toml", "tags = [\"weather\"]\nmodule-path = \"my_crate::api\"\n"),
        ("good.json", "{ \"tags\": [\"weather\"], \"module-path\": \"my_crate::api\" }"),
    ] {
        let settings = file(name, text);
        let ran = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], SPEC);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("my_crate::api") && !ran.stdout.contains("fn health"));
    }
}

#[test]
fn a_document_without_operations_results_in_types() {
    let spec = "openapi: 3.0.3\ninfo: { title: A, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n    Pet: { type: object, properties: { name: { type: string } } }\n";
    let settings = file("types.toml", "types-only = true\nall-schemas = true\ndocs = false\n");
    let ran = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], spec);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("pub struct Pet") && ran.stdout.contains("rt::object!"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("rt::client!") && !ran.stdout.contains("reqwest"),
        "nothing that calls: {}",
        ran.stdout
    );
}

#[test]
fn settings_for_single_locations() {
    let spec = SPEC.replace("{ type: string }", "{ type: string, format: date-time }");
    let settings = file("own.toml", "[formats]\ndate-time = { type = \"a::Time\", with = \"a::text\" }\n");
    let ran = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], &spec);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("Call<a::Time>"), "{}", ran.stdout);

    let schema = "/paths/~1now/get/responses/200/content/application~1json/schema";
    let text = format!(
        "derives = [\"Eq\"]\n[replace]\n\"#{schema}\" = \"a::Time\"\n[rename]\ncurrentWeather = \"now\"\n[derives-at]\n"
    );
    let settings = file("places.toml", &text);
    let ran = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], SPEC);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("pub fn now(") && ran.stdout.contains("Call<a::Time>"), "{}", ran.stdout);
}

#[test]
fn settings_for_pages() {
    let spec = SPEC.replace("{ type: string }", "{ type: array, items: { type: string } }");
    let made = |name: &str, text: &str| {
        let settings = file(name, text);
        smith(&["generate", "-", "--settings", settings.to_str().unwrap()], &spec)
    };
    let ran = made("pages.toml", "[pagination.currentWeather]\nstyle = \"link\"\n");
    assert!(ran.code == 0 && ran.stdout.contains("pub fn current_weather_pages("), "{}{}", ran.stderr, ran.stdout);
    let ran =
        made("first.toml", "[pagination.currentWeather]\nstyle = \"page-number\"\nparameter = \"at\"\nfirst = 0\n");
    assert!(ran.code == 1 && ran.stderr.contains("there is no query parameter `at`"), "{}{}", ran.stderr, ran.stdout);
    let ran = made("style.toml", "[pagination.currentWeather]\nstyle = \"offset\"\n");
    assert!(
        ran.code == 2 && ran.stderr.contains("`parameter` is missing, which the style `offset` needs"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unused_setting_is_reported_with_its_position() {
    let text = "tags = [\"weather\"]\n[rename]\ncurrentWeather = \"now\"\n'/paths/~1now/gett' = \"then\"\n";
    let settings = file("vain.toml", text);
    let arguments = ["check", "-", "--settings", settings.to_str().unwrap()];
    let ran = smith(&arguments, SPEC);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("vain.toml:4:1\n  did you mean"), "{}", ran.stdout);
    let said = smith(&[&arguments[..], &["--format", "json"]].concat(), SPEC).json();
    assert!(said["problems"][0]["settings"].as_str().unwrap().ends_with("vain.toml:4:1"), "{said}");
}

#[test]
fn invalid_settings_are_reported_with_their_position() {
    for (name, text, says) in [
        ("unknown.toml", "strict = true\ntgas = []\n", ":2:1: unknown field `tgas`"),
        ("type.toml", "strict = 1\n", ":1:10: invalid type"),
        ("path.toml", "\nmodule-path = \"a b\"\n", ":2:15: invalid path of a Rust module `a b`"),
        ("syntax.toml", "strict =\n", ":1:9: "),
        ("format.toml", "[formats]\nuuid = \"Uuid\"\n", ":2:8: invalid type `Uuid`: not the complete path"),
        ("key.toml", "[formats]\nuuid = { type = \"a::B\", wiht = \"a::b\" }\n", ":2:25: unknown field `wiht`"),
        ("number.toml", "[formats]\nuuid = 1\n", ":2:8: invalid type: integer `1`, expected the path"),
        ("unknown.json", "{\n  \"tgas\": []\n}", ":2:8: unknown field `tgas`"),
    ] {
        let settings = file(name, text);
        let ran = smith(&["generate", "-", "--settings", settings.to_str().unwrap()], SPEC);
        assert_eq!(ran.code, 2, "{name}");
        assert!(ran.stderr.contains(&format!("{name}{says}")), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn a_crate_goes_into_an_empty_repository() {
    let folder = folder("empty-repository", &[(".git/HEAD", "ref: refs/heads/main\n")]);
    let spec = file("weather.yaml", SPEC);
    let new = || smith(&["new", spec.to_str().unwrap(), folder.to_str().unwrap()], "");
    let ran = new();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.join("src/api.rs").is_file() && folder.join(".git/HEAD").is_file());
    let ran = new();
    assert!(ran.code == 2 && ran.stderr.contains("is not empty"), "{}", ran.stderr);
}

#[test]
fn wrong_usage_exits_with_two() {
    for arguments in
        [&["generate"][..], &["generate", "no-such-file.yaml"], &["forge", "-"], &["list", "-", "--strict"]]
    {
        let ran = smith(arguments, "");
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains("error"), "{}", ran.stderr);
    }
}

#[test]
fn diff_shows_the_changes_and_fails_on_request() {
    let old = file("diff-old.yaml", SPEC);
    let new = file("diff-new.yaml", &SPEC.replace("operationId: health", "operationId: isHealthy"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let ran = smith(&["diff", old, new], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("the operation `health` is renamed to `isHealthy`"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}'), "colour without a terminal");
    assert_eq!(smith(&["diff", old, new, "--fail-on", "breaking"], "").code, 1);
    assert_eq!(smith(&["diff", old, new, "--fail-on", "any", "--tag", "weather"], "").code, 0);

    let ran = smith(&["diff", old, "-", "--format", "json"], SPEC);
    assert_eq!(ran.json()["changes"], serde_json::json!([]));
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff.html");
    let ran = smith(&["diff", old, new, "--format", "html", "-o", page.to_str().unwrap()], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(fs::read_to_string(page).unwrap().starts_with("<!DOCTYPE html>"));
    assert!(smith(&["diff", old, new, "--format", "markdown"], "").stdout.starts_with("## "));
}

#[test]
fn diff_names_the_document_that_is_refused() {
    let good = file("diff-good.yaml", SPEC);
    let bad = file("diff-bad.yaml", "openapi: 2.0");
    let ran = smith(&["diff", good.to_str().unwrap(), bad.to_str().unwrap()], "");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("diff-bad.yaml cannot be compared"), "{}", ran.stderr);
}

#[test]
fn chooses_by_path_and_pattern() {
    let code = |arguments: &[&str]| smith(&[&["generate", "-"], arguments].concat(), SPEC).stdout;
    let has =
        |code: &str| ["current_weather", "list_stations", "health"].map(|name| code.contains(&format!("fn {name}")));
    assert_eq!(has(&code(&["--path", "/*s"])), [false, true, false]);
    assert_eq!(has(&code(&["--operation", "GET /h*", "--operation", "*Weather"])), [true, false, true]);
    assert_eq!(has(&code(&["--exclude-tag", "stat*"])), [true, false, true]);
    assert_eq!(has(&code(&["--tag", "weather", "--exclude-path", "/now"])), [false, true, false]);
    assert_eq!(has(&code(&["--exclude-operation", "list*", "--without", "health"])), [true, false, false]);
    let settings =
        file("patterns.toml", "paths = [\"/n*\", \"/s*\"]\nwithout-tags = [\"station\"]\nwithout-paths = []\n");
    assert_eq!(has(&code(&["--settings", settings.to_str().unwrap()])), [true, false, false]);
}

#[test]
fn lists_what_a_choice_holds() {
    let ran = smith(&["list", "-", "--path", "/now"], SPEC);
    assert_eq!(ran.stdout, "weather (1)\n  currentWeather  fn current_weather  GET     /now\n1 operation, 0 types\n");
    let said = smith(&["list", "-", "--tag", "weather", "--format", "json"], SPEC).json();
    assert_eq!((said["operations"].as_array().unwrap().len(), &said["types"]), (2, &Value::from(0)));
    assert_eq!(smith(&["list", "-", "--tag", "x"], SPEC).code, 1);
}

#[test]
fn a_document_of_several_files_is_read_from_its_folder() {
    let root = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: { /a: { $ref: ../shared/a.yaml } }\n";
    let item = "get: { operationId: a, responses: { '200': { description: D., content: { application/json: { schema: { type: 5 } } } } } }\n";
    let folder = folder("several", &[("api/openapi.yaml", root), ("shared/a.yaml", item)]);
    let spec = folder.join("api/openapi.yaml");
    let spec = spec.to_str().unwrap();
    let ran = smith(&["check", spec], "");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("the file is outside the root folder"), "{}", ran.stdout);
    let root = ["--root", folder.to_str().unwrap()];
    let ran = smith(&[&["check", spec][..], &root].concat(), "");
    let location = format!("  {}#/get/responses/200/", folder.join("shared/a.yaml").display());
    assert!(ran.stdout.contains(&location), "{}", ran.stdout);
    fs::write(folder.join("shared/a.yaml"), item.replace("5", "string")).unwrap();
    let said = smith(&[&["check", spec, "--format", "json"][..], &root].concat(), "").json();
    assert_eq!(said["files"], serde_json::json!(["api/openapi.yaml", "shared/a.yaml"]));
    let said = smith(&[&["list", spec, "--format", "json"][..], &root].concat(), "").json();
    assert_eq!(
        (&said["operations"][0]["file"], &said["operations"][0]["pointer"]),
        (&"shared/a.yaml".into(), &"/get".into())
    );
    let ran = smith(&[&["diff", spec, spec][..], &root].concat(), "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(smith(&["check", spec, "--root", folder.join("shared").to_str().unwrap()], "").code, 2);
}

#[test]
fn overlays_are_applied_before_anything_else() {
    let rename = "overlay: 1.0.0\ninfo: { title: T, version: '1' }\nactions:\n  - { target: \"$.paths['/now'].get\", update: { operationId: nowcast } }\n";
    let remove = "overlay: 1.1.0\ninfo: { title: T, version: '1' }\nactions:\n  - { target: \"$.paths['/health', '/stations']\", remove: true }\n";
    let folder = folder("overlaid", &[("spec.yaml", SPEC), ("rename.yaml", rename), ("remove.yaml", remove)]);
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let overlays = ["--overlay", &path("rename.yaml"), "--overlay", &path("remove.yaml")];
    let ran = smith(&[&["generate", &path("spec.yaml")][..], &overlays].concat(), "");
    assert!(ran.stdout.contains("pub fn nowcast(") && !ran.stdout.contains("pub fn health("), "{}", ran.stderr);
    let report = format!(
        "{}: action 1: remove $.paths['/health', '/stations']\n  #/paths/~1health\n  #/paths/~1stations\n",
        path("remove.yaml")
    );
    assert!(ran.stderr.contains(&report), "{}", ran.stderr);
    let said = smith(&[&["check", "-", "--format", "json"][..], &overlays].concat(), SPEC).json();
    assert_eq!(said["overlays"][0]["locations"], serde_json::json!(["#/paths/~1now/get"]));
    // A stale action.
    let ran = smith(&[&["check", &path("spec.yaml")][..], &overlays, &overlays].concat(), "");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("rename.yaml: overlay action 1 on $.paths['/now'].get at #/paths/~1now/get: stale overlay action, changes nothing"), "{}", ran.stderr);
    // The effective document.
    let ran = smith(&[&["apply", &path("spec.yaml")][..], &overlays].concat(), "");
    assert_eq!((ran.code, ran.stdout.starts_with("openapi: 3.0.3\ninfo:\n")), (0, true), "{}", ran.stdout);
    let json = path("effective.json");
    assert_eq!(smith(&[&["apply", &path("spec.yaml"), "-o", &json][..], &overlays].concat(), "").code, 0);
    let text = fs::read_to_string(&json).unwrap();
    assert!(text.starts_with("{\n  \"openapi\": \"3.0.3\",\n"), "{text}");
    let ran = smith(&["generate", &json], "");
    assert!(ran.stdout.contains("pub fn nowcast("), "{}", ran.stderr);
}

#[test]
fn an_unknown_operation_is_answered_with_similar_names() {
    let ran = smith(&["check", "-", "--operation", "list_stations"], SPEC);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("did you mean `listStations`?"), "{}", ran.stdout);
    let ran = smith(&["check", "-", "--operation", "deleteEverything", "--format", "json"], SPEC);
    assert_eq!(ran.json()["problems"][0]["near"], serde_json::json!([]));
}

#[test]
fn equal_notes_are_one_line() {
    let value = "{ type: string, supported_variables: 1 }";
    let list = |name: &str| format!("{{ name: {name}, in: query, schema: {value} }}");
    let parameters =
        format!("parameters: [{}, {}, {}]", list("a"), list("b"), "{ name: c, in: query, schema: { not: {} } }");
    let spec = SPEC.replace("operationId: listStations", &format!("operationId: listStations\n      {parameters}"));
    let ran = smith(&["check", "-"], &spec);
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    assert!(lines[0].starts_with("approximated (not)"), "{}", ran.stdout);
    assert!(lines[1].contains(": 2 x "), "{}", ran.stdout);
    let ran = smith(&["check", "-", "--quiet"], &spec);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
}

#[test]
fn the_dependencies_are_printed_and_written_on_request() {
    let manifest = file("manifest.toml", "[package]\nname = \"a\"\n");
    let code = Path::new(env!("CARGO_TARGET_TMPDIR")).join("with_manifest.rs");
    let arguments = ["generate", "-", "-o", code.to_str().unwrap()];
    let ran = smith(&arguments, SPEC);
    assert!(ran.stderr.contains("openapi-smith-runtime = {"), "{}", ran.stderr);
    let with_manifest = [arguments.as_slice(), &["--manifest", manifest.to_str().unwrap()]].concat();
    let ran = smith(&with_manifest, SPEC);
    assert!(ran.stderr.contains("added: openapi-smith-runtime"), "{}", ran.stderr);
    assert!(fs::read_to_string(&manifest).unwrap().contains("[dependencies]\nopenapi-smith-runtime = {"));
    let ran = smith(&with_manifest, SPEC);
    assert!(ran.stderr.contains("present: openapi-smith-runtime"), "{}", ran.stderr);
}

#[test]
fn a_stale_output_is_found_and_the_command_renews_it() {
    let folder = folder("stale", &[("spec.yaml", SPEC), ("Cargo.toml", "[package]\nname = \"a\"\n")]);
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (spec, code, manifest) = (path("spec.yaml"), path("api.rs"), path("Cargo.toml"));
    let generate =
        ["generate", &spec, "--operation", "GET /h*", "-o", &code, "--manifest", &manifest].map(str::to_owned);
    let run = |check: &[&str]| {
        let arguments: Vec<&str> = generate.iter().map(String::as_str).chain(check.iter().copied()).collect();
        smith(&arguments, "")
    };
    let ran = run(&["--check"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let missing = format!("stale: {code}: there is no such file\nstale: {manifest}: these dependencies are missing: ");
    assert!(ran.stderr.starts_with(&missing), "{}", ran.stderr);
    let renew =
        format!("  renew with: openapi-smith generate {spec} --operation 'GET /h*' -o {code} --manifest {manifest}\n");
    assert!(ran.stderr.ends_with(&renew), "{}", ran.stderr);
    assert!(!folder.join("api.rs").exists());
    assert_eq!(run(&[]).code, 0);
    let ran = run(&["--check"]);
    assert_eq!((ran.code, ran.stderr), (0, format!("current: {code}\n")));

    let text = fs::read_to_string(&code).unwrap().replacen("Weather", "Wether", 1);
    fs::write(&code, &text).unwrap();
    let ran = run(&["--check"]);
    assert!(ran.code == 1 && ran.stderr.starts_with(&format!("stale: {code}: line 1 differs\n")), "{}", ran.stderr);
    let ran = run(&["--check", "--format", "json"]);
    assert_eq!((ran.code, &ran.json()["stale"][0]["message"]), (1, &"line 1 differs".into()));
    assert_eq!(ran.json()["ok"], false);
    assert_eq!(fs::read_to_string(&code).unwrap(), text, "nothing is written");
    let ran = smith(&["generate", &spec, "--check"], "");
    assert!(ran.code == 2 && ran.stderr.contains("`--check` compares a file"), "{}", ran.stderr);
}

#[test]
fn diff_compares_the_effective_documents() {
    let overlay =
        |action: &str| format!("overlay: 1.0.0\ninfo: {{ title: T, version: '1' }}\nactions:\n  - {action}\n");
    let named = overlay("{ target: \"$.paths['/now'].get\", update: { operationId: nowcast } }");
    let removed = overlay("{ target: \"$.paths['/health']\", remove: true }");
    let fixed = SPEC.replace("operationId: currentWeather", "operationId: nowcast");
    let folder = folder(
        "diff-overlaid",
        &[
            ("old.yaml", SPEC),
            ("new.yaml", SPEC),
            ("fixed.yaml", &fixed),
            ("named.yaml", &named),
            ("removed.yaml", &removed),
        ],
    );
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let diff = |new: &str, overlays: &[(&str, &str)]| {
        let mut arguments =
            vec!["diff".to_owned(), path("old.yaml"), path(new), "--format".to_owned(), "json".to_owned()];
        arguments.extend(overlays.iter().flat_map(|(option, file)| [(*option).to_owned(), path(file)]));
        smith(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "")
    };
    assert_eq!(diff("new.yaml", &[("--overlay", "named.yaml")]).json()["changes"], serde_json::json!([]));
    let changes = diff("new.yaml", &[("--overlay", "named.yaml"), ("--new-overlay", "removed.yaml")]).json();
    assert!(
        changes["changes"].as_array().unwrap().iter().any(|change| change.to_string().contains("health")),
        "{changes}"
    );
    // The publisher has made the correction: it is stale in the new document, and only there.
    let ran = diff("fixed.yaml", &[("--overlay", "named.yaml")]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("fixed.yaml: ") && ran.stderr.contains("stale overlay action"), "{}", ran.stderr);
    let ran = diff("fixed.yaml", &[("--old-overlay", "named.yaml")]);
    assert_eq!((ran.code, &ran.json()["changes"]), (0, &serde_json::json!([])), "{}", ran.stderr);
}
