//! Tests the pages of a comparison and of the texts in a real browser: controls work, nothing is loaded, and hostile
//! texts are shown as text.
//!
//! It needs chromium and chromedriver (Debian: `chromium-driver`). Without them, the test prints `skipped:` and passes;
//! with `ORY_OIDC_REQUIRE_BROWSER` it fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use openapi_smith::Settings;
use openapi_smith::diff::{Severity, compare};
use serde_json::{Value, json};

const KENNEL: &str = include_str!("../../generator/tests/diff/kennel.yaml");

/// A browser, controlled by the WebDriver protocol. Dropping the value ends it.
struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    fn start() -> Option<Self> {
        let driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut driver) = driver else {
            assert!(env::var_os("ORY_OIDC_REQUIRE_BROWSER").is_none(), "there is no chromedriver");
            eprintln!("skipped: there is no chromedriver");
            return None;
        };
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines().map(Result::unwrap);
        let port =
            |line: String| Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned());
        let port = lines.into_iter().find_map(port).unwrap_or_else(|| panic!("chromedriver did not say its port"));
        let base = format!("http://127.0.0.1:{port}");
        let options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"] });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let response = post(&format!("{base}/session"), &wanted);
        let session = format!("{base}/session/{}", response["sessionId"].as_str().unwrap());
        Some(Self { driver, session })
    }

    fn open(&self, path: &Path) {
        post(&format!("{}/url", self.session), &json!({ "url": format!("file://{}", path.display()) }));
    }

    /// The narrowest window of chromium is 500 pixels wide; a phone is narrower.
    fn width(&self, width: u32) {
        let screen = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        let command = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": screen });
        post(&format!("{}/goog/cdp/execute", self.session), &command);
    }

    /// The value of an expression on the page.
    fn value(&self, expression: &str) -> Value {
        let script = json!({ "script": format!("return {expression};"), "args": [] });
        post(&format!("{}/execute/sync", self.session), &script)
    }

    fn run(&self, statement: &str) {
        post(&format!("{}/execute/sync", self.session), &json!({ "script": statement, "args": [] }));
    }

    fn click(&self, selector: &str) {
        self.run(&format!("document.querySelector({}).click()", json!(selector)));
    }

    /// The anchors of the visible changes.
    fn shown(&self) -> Vec<String> {
        let shown = self.value("Array.from(document.querySelectorAll('.change:not([hidden])')).map(one => one.id)");
        serde_json::from_value(shown).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn post(url: &str, body: &Value) -> Value {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut response = agent.post(url).header("content-type", "application/json").send(body.to_string()).unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    let response: Value = serde_json::from_str(&text).unwrap();
    assert!(response["value"]["error"].is_null(), "{url}: {response}");
    response["value"].clone()
}

const HOSTILE: &str = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>";

fn page() -> (openapi_smith::diff::Diff, std::path::PathBuf) {
    let new = KENNEL
        .replace("operationId: listDogs", "operationId: findDogs")
        .replace("        mail: { type: string }\n", "")
        .replace("enum: [small, large]", "enum: [small, medium, large]")
        .replace("default: 10", "default: 20")
        .replace("What it is called.", &format!("\"Its spoken name. {HOSTILE}\""))
        .replace("x-bucket: low", &format!("x-bucket: \"{HOSTILE}\""));
    let diff = compare(KENNEL, &new, &Settings::new()).unwrap();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page.html");
    fs::write(&path, diff.to_html()).unwrap();
    (diff, path)
}

#[test]
fn the_page_works() {
    let Some(browser) = Browser::start() else { return };
    let (diff, path) = page();
    let with = |severity| diff.changes.iter().filter(|change| change.severity() == severity).count();
    browser.open(&path);

    // The page loads nothing, and texts of the documents have no effect.
    assert_eq!(browser.value("performance.getEntriesByType('resource').length"), 0);
    assert_eq!(browser.value("typeof window.hacked"), "undefined");
    assert_eq!(browser.value("document.images.length"), 0);
    assert_eq!(browser.value("document.scripts.length"), 1);
    assert_eq!(browser.value("document.body.textContent.includes('onerror=')"), true, "it is shown as text");
    // Even a script that got into the page would not run.
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.append(s)",
    );
    assert_eq!(browser.value("typeof window.hacked"), "undefined");

    // Our own script and style run.
    assert_eq!(browser.shown().len(), diff.changes.len());
    assert_eq!(browser.value("getComputedStyle(document.querySelector('.operations')).display"), "grid");

    // The filters.
    let breaking = with(Severity::Breaking);
    assert!(breaking > 0 && breaking < diff.changes.len());
    browser.click("a[data-severity=breaking]");
    assert_eq!(browser.shown().len(), breaking);
    let expected = format!("{breaking} of {} shown", diff.changes.len());
    assert_eq!(browser.value("document.getElementById('shown').textContent"), expected);
    // A jump to a filtered change shows it again.
    let other = diff.changes.iter().position(|change| change.severity() != Severity::Breaking).unwrap() + 1;
    browser.run(&format!("location.hash = '#c{other}'"));
    wait_for(&browser, &format!("!document.getElementById('c{other}').hidden"));
    assert_eq!(browser.shown().len(), diff.changes.len());

    let of_get = diff.changes.iter().filter(|change| change.operations.contains("getDog")).count();
    assert!(of_get > 0 && of_get < diff.changes.len());
    browser.click("a[data-operation=getDog]");
    assert_eq!(browser.shown().len(), of_get);
    assert_eq!(browser.value("document.getElementById('operation').value"), "getDog");
    browser.run("const s = document.getElementById('operation'); s.value = ''; s.dispatchEvent(new Event('change'))");
    assert_eq!(browser.shown().len(), diff.changes.len());

    browser.run("const s = document.getElementById('search'); s.value = 'medium'; s.dispatchEvent(new Event('input'))");
    assert_eq!(browser.shown().len(), 1);
    browser.run("const s = document.getElementById('search'); s.value = ''; s.dispatchEvent(new Event('input'))");

    // Every link leads somewhere.
    let broken = "Array.from(document.querySelectorAll('a[href]')).filter(a => \
                  !document.querySelector(a.getAttribute('href'))).length";
    assert_eq!(browser.value(broken), 0);
    assert!(browser.value("document.querySelectorAll('a.chip').length").as_u64().unwrap() >= 3);

    // Nothing is closed on paper, and afterwards the page is as before.
    let closed = "document.querySelectorAll('details:not([open])').length";
    let before = browser.value(closed);
    assert_ne!(before, 0);
    browser.run("window.dispatchEvent(new Event('beforeprint'))");
    assert_eq!(browser.value(closed), 0);
    browser.run("window.dispatchEvent(new Event('afterprint'))");
    assert_eq!(browser.value(closed), before);

    // Light and dark.
    let colour = "getComputedStyle(document.body).backgroundColor";
    let before = browser.value(colour);
    browser.click("#theme");
    assert_ne!(browser.value(colour), before);
    browser.click("#theme");
    assert_eq!(browser.value(colour), before);

    // Nothing overflows at any width.
    for width in [360, 390, 800, 1280] {
        browser.width(width);
        let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.value("innerWidth"), width);
        assert_eq!(browser.value(overflow), 0, "at {width}");
    }
}

#[test]
fn the_page_of_the_texts_works() {
    let Some(browser) = Browser::start() else { return };
    let document = KENNEL.replace("What it is called.", &format!("\"TODO {HOSTILE}\""));
    let review = xtask::docs::review(&document, &Settings::new()).unwrap();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("texts.html");
    fs::write(&path, review.to_html(HOSTILE)).unwrap();
    browser.open(&path);

    assert_eq!(browser.value("performance.getEntriesByType('resource').length"), 0);
    assert_eq!(browser.value("typeof window.hacked"), "undefined");
    assert_eq!(browser.value("document.images.length + document.scripts.length"), 0);
    assert_eq!(browser.value("document.body.textContent.includes('onerror=')"), true, "it is shown as text");
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.append(s)",
    );
    assert_eq!(browser.value("typeof window.hacked"), "undefined");

    // The style sheet hides texts without defects.
    let shown = "Array.from(document.querySelectorAll('article')).filter(one => one.offsetParent).length";
    let faulty = review.texts.iter().filter(|text| !text.defects.is_empty()).count();
    assert!(faulty > 0 && faulty < review.texts.len());
    assert_eq!(browser.value(shown), review.texts.len());
    browser.click("#only");
    assert_eq!(browser.value(shown), faulty);
    browser.click("#only");
    for width in [360, 1280] {
        browser.width(width);
        let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.value(overflow), 0, "at {width}");
    }
}

/// The event of a jump comes after the jump.
fn wait_for(browser: &Browser, expression: &str) {
    let script = json!({
        "script": format!(
            "const done = arguments[0]; const look = () => ({expression}) ? done(true) : requestAnimationFrame(look); look();"
        ),
        "args": [],
    });
    post(&format!("{}/execute/async", browser.session), &script);
}
