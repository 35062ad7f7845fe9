//! The requests of operations: parameters of every style, bodies of every media type, servers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::VecDeque;

use compiled_fixtures::{CanaryHook, bodies, no_success, places, secret_values, security, streams, styles};
use serde_json::{Value, json};
use test_support::Listener;

/// Responds to requests with `204`, and returns each request once.
struct Server {
    base: String,
    listener: Listener,
    seen: VecDeque<String>,
}

impl Server {
    async fn new() -> Self {
        let listener = Listener::respond("HTTP/1.1 204 Done\r\nconnection: close\r\n\r\n").await;
        Self { base: listener.base_url().to_owned(), listener, seen: VecDeque::new() }
    }

    fn next(&mut self) -> String {
        self.seen.extend(self.listener.take());
        self.seen.pop_front().unwrap()
    }

    /// The target of the next request.
    fn target(&mut self) -> String {
        self.next().split(' ').nth(1).unwrap().to_owned()
    }
}

/// Calls the operation of this style, and gives the part of the request where the parameter is.
async fn written(style: &str, value: &Value, server: &mut Server) -> Result<String, styles::Error> {
    let client = styles::Client::new(&server.base).unwrap();
    match style {
        "path_simple_plain" => client.path_simple_plain(value).await?,
        "path_simple_exploded" => client.path_simple_exploded(value).await?,
        "path_label_plain" => client.path_label_plain(value).await?,
        "path_label_exploded" => client.path_label_exploded(value).await?,
        "path_matrix_plain" => client.path_matrix_plain(value).await?,
        "path_matrix_exploded" => client.path_matrix_exploded(value).await?,
        "query_form_plain" => client.query_form_plain(value).await?,
        "query_form_exploded" => client.query_form_exploded(value).await?,
        "query_spaceDelimited_plain" => client.query_space_delimited_plain(value).await?,
        "query_pipeDelimited_plain" => client.query_pipe_delimited_plain(value).await?,
        "query_deepObject_exploded" => client.query_deep_object_exploded(value).await?,
        "header_simple_plain" => client.header_simple_plain(value).await?,
        "header_simple_exploded" => client.header_simple_exploded(value).await?,
        "cookie_form_plain" => client.cookie_form_plain(value).await?,
        "cookie_form_exploded" => client.cookie_form_exploded(value).await?,
        other => panic!("{other}"),
    };
    let request = server.next();
    let header = |name: &str| {
        let line = request.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{request}")).trim().to_owned()
    };
    let target = request.split(' ').nth(1).unwrap();
    Ok(match style.split('_').next().unwrap() {
        "path" => target.split_once("/x").unwrap().1.to_owned(),
        "query" => target.split_once('?').unwrap().1.to_owned(),
        "header" => header("color:"),
        _ => header("cookie:"),
    })
}

/// The table "Style Examples" of the OpenAPI specification (3.0.4): empty, string, array, object; `-` is "n/a" there.
const STYLE_EXAMPLES: [(&str, [&str; 4]); 11] = [
    ("path_matrix_plain", [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
    ("path_matrix_exploded", [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
    ("path_label_plain", [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
    ("path_label_exploded", [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
    ("path_simple_plain", ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
    ("path_simple_exploded", ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
    ("query_form_plain", ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
    ("query_form_exploded", ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
    ("query_spaceDelimited_plain", ["-", "-", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"]),
    ("query_pipeDelimited_plain", ["-", "-", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"]),
    ("query_deepObject_exploded", ["-", "-", "-", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"]),
];

/// The same where the specification has no row of its own: `simple` in a header, `form` in a cookie.
const ALSO: [(&str, [&str; 4]); 4] = [
    ("header_simple_plain", ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
    ("header_simple_exploded", ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
    ("cookie_form_plain", ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
    ("cookie_form_exploded", ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"]),
];

#[tokio::test]
async fn the_style_examples_of_the_specification() {
    let mut server = Server::new().await;
    let values = [json!(""), json!("blue"), json!(["blue", "black", "brown"]), json!({"R": 100, "G": 200, "B": 150})];
    let mut compared = 0;
    for (style, row) in STYLE_EXAMPLES.iter().chain(&ALSO) {
        for (value, expected) in values.iter().zip(row).filter(|(_, expected)| **expected != "-") {
            // An object has no order, and is written in the order of its names: B, G, R. The values of R and B change
            // places with their names.
            let is_object = value.is_object();
            let swapped = expected.replace("100", "#").replace("150", "100").replace('#', "150").replace("%5B", "[");
            let swapped = swapped.replace('R', "#").replace('B', "R").replace('#', "B").replace('[', "%5B");
            let expected = if is_object { swapped } else { (*expected).to_owned() };
            match written(style, value, &mut server).await {
                Ok(text) => assert_eq!(text, expected, "{style} {value}"),
                // Nothing at all in a path would make it another path.
                Err(error) => assert!(
                    style.starts_with("path_simple")
                        && expected.is_empty()
                        && matches!(error, styles::Error::InvalidArgument { name: "color", .. }),
                    "{style} {value}: {error}"
                ),
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 37 + 16);
}

#[tokio::test]
async fn a_list_of_a_declared_type_is_written_as_any_other() {
    let mut server = Server::new().await;
    let client = styles::Client::new(&server.base).unwrap();
    let l = &["blue".to_owned(), "black".to_owned(), "a,b".to_owned()];
    client.lists(l, l, l, l, l, l, l, l, l, l).await.unwrap();
    let seen = server.next();
    let target = seen.split(' ').nth(1).unwrap();
    let (path, query) = target.split_once('?').unwrap();
    assert_eq!(path, "/lists/blue,black,a%2Cb/.blue.black.a%2Cb/;matrix=blue,black,a%2Cb");
    let pairs: Vec<&str> = query.split('&').collect();
    let joined = ["joined=blue,black,a%2Cb", "spaced=blue%20black%20a%2Cb", "piped=blue%7Cblack%7Ca%2Cb"];
    assert_eq!(pairs, [&["form=blue", "form=black", "form=a%2Cb"], &joined[..]].concat());
    assert!(seen.contains("x-simple: blue,black,a,b\r\n"), "{seen}");
    let cookies = "cookie: cookie=blue; cookie=black; cookie=a%2Cb; cookie_joined=blue,black,a%2Cb\r\n";
    assert!(seen.contains(cookies), "{seen}");
}

#[tokio::test]
async fn a_number_of_many_digits_is_sent_whole() {
    let mut server = Server::new().await;
    let client = styles::Client::new(&server.base).unwrap();
    let n = || serde_json::Number::from(i64::MAX);
    let params = styles::LongParams::default().maybe(n()).list(vec![n(), n()]).x_long(n());
    client.long(n(), n(), n(), n(), &params).await.unwrap();
    let seen = server.next();
    assert_eq!(seen.matches("9223372036854775807").count(), 8, "{seen}");
}

#[tokio::test]
async fn values_of_parameters_are_encoded() {
    let mut server = Server::new().await;
    let odd = json!(["a,b", "c&d=e", "f g/%é"]);
    for (style, expected) in [
        ("path_simple_plain", "a%2Cb,c%26d%3De,f%20g%2F%25%C3%A9"),
        ("path_label_exploded", ".a%2Cb.c%26d%3De.f%20g%2F%25%C3%A9"),
        ("query_form_exploded", "color=a%2Cb&color=c%26d%3De&color=f%20g%2F%25%C3%A9"),
        ("query_pipeDelimited_plain", "color=a%2Cb%7Cc%26d%3De%7Cf%20g%2F%25%C3%A9"),
        ("query_deepObject_exploded", "color=a%2Cb&color=c%26d%3De&color=f%20g%2F%25%C3%A9"),
    ] {
        assert_eq!(written(style, &odd, &mut server).await.unwrap(), expected, "{style}");
    }
    let nested = json!({"a b": {"c": [1, 2], "d": null}, "e": true});
    let text = written("query_deepObject_exploded", &nested, &mut server).await.unwrap();
    assert_eq!(text, "color%5Ba%20b%5D%5Bc%5D=1&color%5Ba%20b%5D%5Bc%5D=2&color%5Be%5D=true");
    for nothing in [Value::Null, json!([]), json!({})] {
        let error = written("path_simple_plain", &nothing, &mut server).await.unwrap_err();
        assert!(matches!(error, styles::Error::InvalidArgument { name: "color", .. }), "{error}");
    }
    let client = styles::Client::new(&server.base).unwrap();
    client.reserved("/a/b?c=d&e=f#g [h]+%20%2g").await.unwrap();
    assert_eq!(server.target(), "/reserved?to=/a/b?c=d%26e=f%23g%20%5Bh%5D%2B%20%252g");
}

#[tokio::test]
async fn parameters_of_every_shape() {
    use styles::types::{Filter, Point};
    let mut server = Server::new().await;
    let client = styles::Client::new(&server.base).unwrap();
    let mut filter = Filter::default();
    filter.name = Some("n".to_owned());
    filter.within = Some(Point::new(1, 2));
    filter.any = Some(vec!["a".to_owned(), "b".to_owned()]);
    let mut params = styles::ShapesParams::default().filter(filter).point(Point::new(3, 4)).x_point(Point::new(5, 6));
    params.labels = Some([("k v".to_owned(), "w".to_owned())].into_iter().collect());
    params = params.either(vec!["p".to_owned(), "q".to_owned()]);
    params.old = Some(vec![7, 8]);
    params.raw = Some("r,s".to_owned());
    params.odd = Some(vec![9, 10]);
    params.keys = Some(vec!["k1".into(), "k2".into()]);
    client.shapes(5, &params).await.unwrap();
    let seen = server.next();
    let (path, query) = seen.split(' ').nth(1).unwrap().split_once('?').unwrap();
    assert_eq!(path, "/shapes/;id=5");
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    let expected = [
        "either=p",
        "either=q",
        "filter%5Bany%5D=a",
        "filter%5Bany%5D=b",
        "filter%5Bname%5D=n",
        "filter%5Bwithin%5D%5Bx%5D=1",
        "filter%5Bwithin%5D%5By%5D=2",
        "keys=k1",
        "keys=k2",
        "labels%5Bk%20v%5D=w",
        "old=7",
        "old=8",
        "raw=r%2Cs",
        "x=3",
        "y=4",
    ];
    assert_eq!(pairs, expected);
    assert!(seen.contains("odd: 9,10\r\n") && seen.contains("x-point: x,5,y,6\r\n"), "{seen}");
}

#[tokio::test]
async fn bodies_of_the_callers_choice() {
    use bodies::{ChooseBody, ChooseForm, Part, types};
    let mut server = Server::new().await;
    let client = bodies::Client::new(&server.base).unwrap();
    let mut note = types::Note::default();
    note.text = Some("t".to_owned());
    let mut form = types::ChooseFormBody::default();
    form.text = Some("a b".to_owned());
    form.tags = Some(vec!["x".to_owned(), "y".to_owned()]);
    let multipart = ChooseForm::new(Part::bytes("bytes"));
    for (body, media, text) in [
        (ChooseBody::Json(note.clone()), "application/json", r#"{"text":"t"}"#),
        (ChooseBody::Plain("CANARY".to_owned()), "text/plain", "CANARY"),
        (ChooseBody::Form(form), "application/x-www-form-urlencoded", "tags=x&tags=y&text=a%20b"),
        (ChooseBody::OctetStream(b"raw".to_vec()), "application/octet-stream", "raw"),
        (ChooseBody::Multipart(multipart), "multipart/form-data; boundary=", "bytes"),
    ] {
        assert!(!format!("{body:?}").contains("CANARY"));
        client.choose(body).await.unwrap();
        let seen = server.next();
        assert!(seen.contains(&format!("content-type: {media}")) && seen.contains(text), "{seen}");
    }
    client.same(&note).await.unwrap();
    assert!(server.next().ends_with("\r\n\r\n{\"text\":\"t\"}"));
    client.alike(&note).await.unwrap();
    assert!(server.next().ends_with("\r\n\r\n{\"text\":\"t\"}"), "a form without files is sent as JSON");
    let picture = bodies::types::Picture::default().title("p");
    client.alike_with_file(bodies::AlikeWithFileBody::Json(picture)).await.unwrap();
    assert!(server.next().ends_with("\r\n\r\n{\"title\":\"p\"}"));
    let form = bodies::AlikeWithFileForm::new().picture(bodies::Part::bytes(&b"PNG"[..]));
    client.alike_with_file(bodies::AlikeWithFileBody::Multipart(form)).await.unwrap();
    assert!(server.next().contains("content-type: multipart/form-data"));
    client.patch(Some(bodies::PatchBody::MergePatchJson(serde_json::Map::new()))).await.unwrap();
    assert!(server.next().contains("content-type: application/merge-patch+json\r\n"));
    client.patch(None).await.unwrap();
    assert!(!server.next().contains("content-type"));
    client.send_bytes(b"png".to_vec()).await.unwrap();
    assert!(server.next().contains("content-type: application/octet-stream\r\n"));
    client.send_xml("<a/>").await.unwrap();
    assert!(server.next().ends_with("<a/>"));
    client.send_any(&note).await.unwrap();
    assert!(server.next().contains("content-type: application/json\r\n"));
    client.remove_with(&json!([1])).await.unwrap();
    let seen = server.next();
    assert!(seen.starts_with("DELETE /raw ") && seen.ends_with("[1]"), "{seen}");
}

#[tokio::test]
async fn secrets_of_every_shape_are_sent_in_the_clear_and_shown_to_nobody() {
    use secret_values::{Client, LookParams, Secret, SendListMaybeParams, SendListOrTextBody, SendPartsForm};
    let mut server = Server::new().await;
    let client = Client::builder(&server.base).hook(CanaryHook).build().unwrap();
    let codes = || vec![Secret::new("CANARY-1"), Secret::new("CANARY-2")];
    let body = |seen: String| seen.split_once("\r\n\r\n").unwrap().1.to_owned();

    client.send_one(&Secret::new("CANARY-1")).await.unwrap();
    assert_eq!(body(server.next()), r#""CANARY-1""#);
    client.send_one_as_text("CANARY-1").await.unwrap();
    assert_eq!(body(server.next()), "CANARY-1");
    client.send_list(&codes()).await.unwrap();
    assert_eq!(body(server.next()), r#"["CANARY-1","CANARY-2"]"#);
    let maybe = SendListMaybeParams::default().body(codes());
    assert!(!format!("{maybe:?}").contains("CANARY"));
    client.send_list_maybe(&maybe).await.unwrap();
    assert_eq!(body(server.next()), r#"["CANARY-1","CANARY-2"]"#);
    let chosen = SendListOrTextBody::Json(codes());
    assert!(!format!("{chosen:?}").contains("CANARY"));
    client.send_list_or_text(chosen).await.unwrap();
    assert_eq!(body(server.next()), r#"["CANARY-1","CANARY-2"]"#);
    client.send_lists(&[codes(), Vec::new()]).await.unwrap();
    assert_eq!(body(server.next()), r#"[["CANARY-1","CANARY-2"],[]]"#);
    client.send_list_with_nulls(&[None, Some(Secret::new("CANARY-1"))]).await.unwrap();
    assert_eq!(body(server.next()), r#"[null,"CANARY-1"]"#);
    client.send_map(&[("a".to_owned(), codes())].into()).await.unwrap();
    assert_eq!(body(server.next()), r#"{"a":["CANARY-1","CANARY-2"]}"#);

    let mut held = secret_values::types::Held::new(codes());
    held.lists = Some(vec![codes()]);
    held.by_name = Some([("a".to_owned(), Secret::new("CANARY-3"))].into());
    assert!(!format!("{held:?}").contains("CANARY"));
    client.send_held(&held).await.unwrap();
    assert_eq!(
        body(server.next()),
        r#"{"by_name":{"a":"CANARY-3"},"codes":["CANARY-1","CANARY-2"],"lists":[["CANARY-1","CANARY-2"]]}"#
    );
    client.send_form(&held).await.unwrap();
    assert_eq!(
        body(server.next()),
        "by_name=%7B%22a%22%3A%22CANARY-3%22%7D&codes=CANARY-1&codes=CANARY-2&lists=%5B%22CANARY-1%22%2C%22CANARY-2%22%5D"
    );
    let form = SendPartsForm::new(codes());
    assert!(!format!("{form:?}").contains("CANARY"));
    client.send_parts(form).await.unwrap();
    let seen = server.next();
    assert!(seen.contains("CANARY-1") && seen.contains("CANARY-2"), "{seen}");

    let params = LookParams::default().cookie(codes()).joined(codes()).json(codes()).x_other("CANARY-3");
    assert!(!format!("{params:?}").contains("CANARY"));
    client.look(&codes(), &codes(), &codes(), &Secret::new("CANARY-4"), &params).await.unwrap();
    let seen = server.next();
    let target =
        "GET /places/CANARY-1,CANARY-2?query=CANARY-1&query=CANARY-2&json=%5B%22CANARY-1%22%2C%22CANARY-2%22%5D ";
    assert!(seen.starts_with(target) && seen.contains("x-codes: CANARY-1,CANARY-2\r\n"), "{seen}");
    assert!(seen.contains("x-code: \"CANARY-4\"\r\n") && seen.contains("x-other: \"CANARY-3\"\r\n"), "{seen}");
    assert!(seen.contains("cookie: cookie=CANARY-1; cookie=CANARY-2; joined=CANARY-1,CANARY-2\r\n"), "{seen}");
}

#[tokio::test]
async fn success_that_no_document_declares_is_no_error() {
    let server = Server::new().await;
    let client = no_success::Client::new(&server.base).unwrap();
    let response = client.get_nothing().await.unwrap();
    assert_eq!((response.status().as_u16(), response.into_inner()), (204, Vec::new()));
    assert_eq!(client.post_failures().await.unwrap().status(), 204);
    assert_eq!(client.delete_referred().await.unwrap().status(), 204);
    client.head_nothing().await.unwrap();
    // If a success is declared, an undeclared one is an error.
    let error = client.put_redirect().await.unwrap_err();
    assert!(matches!(&error, no_success::Error::Undecoded(_)), "{error}");
}

#[tokio::test]
async fn forms() {
    use bodies::types::Note;
    let mut server = Server::new().await;
    let client = bodies::Client::new(&server.base).unwrap();
    let mut note = Note::default();
    note.count = Some(1);
    let mut form = bodies::types::SendFormBody::new("p q");
    form.list = Some(vec!["a".to_owned(), "b".to_owned()]);
    form.joined = Some(vec!["c".to_owned(), "d".to_owned()]);
    form.json = Some(vec![1, 2]);
    form.deep = Some(note.clone());
    form.nested = Some(note);
    form.link = Some("/a?b".to_owned());
    form.secret = Some("s".into());
    client.send_form(&form).await.unwrap();
    let seen = server.next();
    let body = seen.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(
        body,
        "deep%5Bcount%5D=1&joined=c%7Cd&json=%5B1%2C2%5D&link=/a?b&list=a&list=b&nested=%7B%22count%22%3A1%7D&plain=p%20q&secret=s"
    );
}

#[tokio::test]
async fn forms_in_parts() {
    use bodies::{Part, UploadForm};
    let mut server = Server::new().await;
    let client = bodies::Client::new(&server.base).unwrap();
    let mut note = bodies::types::Note::default();
    note.text = Some("t".to_owned());
    let mut form = UploadForm::new(Part::stream("streamed", Some(8)).file_name("a.png"), "a title")
        .other_parts(vec![Part::bytes("one").media_type("text/csv"), Part::text("two")])
        .photo(Part::bytes("photo").file_name("p"))
        .note(note)
        .tags(vec!["x".to_owned(), "y".to_owned()])
        .with_part("extra", "e".into());
    form.secret = Some("CANARY".into());
    form.scores = Some(vec![1, 2]);
    assert!(!format!("{form:?}").contains("CANARY"));
    client.upload(form).await.unwrap();
    let seen = server.next();
    let boundary = seen.split_once("boundary=").unwrap().1.split_once("\r\n").unwrap().0;
    let body = seen.split_once("\r\n\r\n").unwrap().1.replace(boundary, "B").replace("\r\n", "|");
    let mut parts: Vec<&str> = body.split("--B").map(|part| part.trim_matches('|')).collect();
    parts.sort_unstable();
    let part = |name: &str, rest: &str| format!("Content-Disposition: form-data; name=\"{name}\"{rest}");
    let mut expected = vec![
        String::new(),
        "--".to_owned(),
        part("extra", "||e"),
        part("file", "; filename=\"a.png\"|Content-Type: image/png||streamed"),
        // Without a name of its own, a file has that of the property: a server would take the part for a text.
        part("other_parts", "; filename=\"other_parts\"|Content-Type: text/csv||one"),
        part("other_parts", "; filename=\"other_parts\"|Content-Type: application/octet-stream||two"),
        part("photo", "; filename=\"p\"|Content-Type: application/octet-stream||photo"),
        part("note", "|Content-Type: application/json||{\"text\":\"t\"}"),
        part("scores", "|Content-Type: application/json||[1,2]"),
        part("secret", "||CANARY"),
        part("tags", "||x"),
        part("tags", "||y"),
        part("title", "||a title"),
    ];
    expected.sort_unstable();
    assert_eq!(parts, expected);

    let any = bodies::MaybeUploadForm::new().with_part("n", Part::bytes("v"));
    client.maybe_upload(Some(any)).await.unwrap();
    assert!(server.next().contains("name=\"n\"\r\n\r\nv\r\n"));
    client.maybe_upload(None).await.unwrap();
    assert!(!server.next().contains("multipart"));
    let wrong = bodies::MaybeUploadForm::new().with_part("n", Part::bytes("v").media_type("no media type"));
    let error = client.maybe_upload(Some(wrong)).await.unwrap_err();
    assert!(matches!(error, bodies::Error::InvalidArgument { name: "body", .. }), "{error}");
}

#[tokio::test]
async fn names_methods_and_servers() {
    let (mut server, mut other) = (Server::new().await, Server::new().await);
    let declared: Vec<_> = places::OPERATION_SERVERS.iter().map(|(url, default)| (*url, *default)).collect();
    let upload = "https://{region}.upload.example.com:{port}/up";
    assert_eq!(declared, [("/v2", "/v2"), (upload, "https://eu.upload.example.com:8443/up")]);
    let client = places::Client::new(&format!("{}/base/", server.base)).unwrap();
    let client = client.with_operation_server(upload, &format!("{}/mine", other.base)).unwrap();
    assert!(client.clone().with_operation_server("https://nobody", &other.base).is_err());
    assert!(client.clone().with_operation_server(upload, "ftp://a").is_err());

    client.get().await.unwrap();
    assert_eq!(server.target(), "/base/");
    client.get_users_by_id_keys("7").await.unwrap();
    assert_eq!(server.target(), "/v2/users/7/keys");
    client.trace_users_by_id_keys("7").await.unwrap();
    assert!(server.next().starts_with("TRACE "));
    client.options_users_by_id_keys("7").await.unwrap();
    assert!(server.next().starts_with("OPTIONS "));
    assert_eq!(client.head_users_by_id_keys("7").await.unwrap().status(), 204);
    assert!(server.next().starts_with("HEAD "));
    client.post_users_by_id_keys("7").await.unwrap();
    assert_eq!(other.target(), "/mine/users/7/keys");
    let one = client.with_one_server();
    one.post_users_by_id_keys("7").await.unwrap();
    assert_eq!(server.target(), "/base/users/7/keys");

    one.a_b_3("7").await.unwrap();
    assert_eq!(server.target(), "/base/users/7/keys");
    one.a_b(&places::ABParams::default().q("x")).await.unwrap();
    assert_eq!(server.target(), "/base/beta?q=x&mode=beta");
    one.a_b_2(&places::AB2Params::default().q("x")).await.unwrap();
    assert_eq!(server.target(), "/base/twice?q=x");
    one.undeclared("a b").await.unwrap();
    assert_eq!(server.target(), "/base/undeclared/a%20b");
}

#[tokio::test]
async fn credentials_of_other_kinds() {
    let mut server = Server::new().await;
    let client = security::Client::new(&server.base).unwrap();
    assert!(matches!(client.other().await, Err(security::Error::MissingCredential { .. })));
    client.unknown().await.unwrap();
    assert!(!server.next().contains("authorization"));
    client.certificate().await.unwrap();
    assert!(!server.next().contains("authorization"));
    client.with_hoba("result=abc").other().await.unwrap();
    assert!(server.next().contains("authorization: HOBA result=abc\r\n"));
}

/// Responds with these pieces. Each is a chunk of its own, so the client reads them one by one. Returns the base URL.
async fn in_pieces(head: &str, pieces: &[&str]) -> String {
    let chunks: String = pieces.iter().map(|piece| format!("{:x}\r\n{piece}\r\n", piece.len())).collect();
    let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n");
    Listener::respond(format!("{head}{chunks}0\r\n\r\n")).await.base_url().to_owned()
}

fn streaming(base: &str) -> streams::Client {
    streams::Client::new(base).unwrap()
}

#[tokio::test]
async fn server_sent_events() {
    let base = in_pieces(
        "200 OK\r\ncontent-type: text/event-stream; charset=utf-8",
        &[
            ": a comment\r\n\r\nevent: x\r\ndata: {\"n\"",
            ":1}\r\nid: 7\r\n",
            "\r\ndata:{\ndata: \"n\": 2}\n",
            "\ndata: {\"n\": \"CANARY\"}\n\n",
            "data: {\"n\": 3.0}\n\ndata: [DONE]\n\ndata: {\"n\": 4}\n",
        ],
    )
    .await;
    let mut stream = streaming(&base).talk_stream("hi").await.unwrap().into_inner();
    assert_eq!(stream.next().await.unwrap().unwrap().n, 1);
    assert_eq!(stream.next().await.unwrap().unwrap().n, 2);
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(!format!("{error:?} {error}").contains("CANARY"), "{error:?}");
    assert!(
        matches!(&error, streams::Error::Undecoded(inner)
        if matches!(inner.reason(), streams::UndecodedReason::Decode { path, .. } if path == "n")),
        "{error:?}"
    );
    assert_eq!(stream.next().await.unwrap().unwrap().n, 3);
    // The last one was not finished.
    let cut = stream.next().await.unwrap().unwrap_err();
    assert!(
        matches!(&cut, streams::Error::Undecoded(inner)
        if matches!(inner.reason(), streams::UndecodedReason::Truncated { timed_out: false })),
        "{cut:?}"
    );
    assert!(stream.next().await.is_none() && stream.next().await.is_none());

    let base = in_pieces("400 No\r\ncontent-type: application/json", &["{\"why\":\"because\"}"]).await;
    let error = streaming(&base).talk_stream("hi").await.unwrap_err();
    assert!(matches!(&error, streams::Error::Failure(failure) if failure.why == "because"), "{error:?}");
    let base = in_pieces("200 OK\r\ncontent-type: application/json", &["{\"n\":1}"]).await;
    let error = streaming(&base).talk_stream("hi").await.unwrap_err();
    assert!(matches!(&error, streams::Error::Undecoded(inner) if inner.body() == b"{\"n\":1}"), "{error:?}");
    let base = in_pieces("200 OK\r\ncontent-type: text/event-stream", &["data: {\"n\":1}", "\n\n"]).await;
    let response = streaming(&base).talk("hi").await.unwrap();
    assert_eq!(*response, streams::TalkResponse::OkEventStream("data: {\"n\":1}\n\n".to_owned()));
}

/// RFC 9110, section 12.5.1: a server that has several of the media types chooses one of a success.
#[tokio::test]
async fn accept_prefers_the_media_types_of_successes() {
    let response = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/octet-stream\r\n\r\nab";
    let server = Listener::respond(response).await;
    streaming(server.base_url()).download().await.unwrap();
    let seen = server.request();
    assert!(seen.contains("accept: application/octet-stream, application/json;q=0.9\r\n"), "{seen}");
    let server = Listener::respond(response).await;
    streaming(server.base_url()).download_stream_2().await.unwrap();
    let seen = server.request();
    assert!(seen.contains("accept: application/octet-stream, application/json;q=0.9\r\n"), "{seen}");
    // JSON is a success that is no stream.
    let response = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\ndata: {\"n\":1}\n\n";
    let server = Listener::respond(response).await;
    streaming(server.base_url()).talk_stream("hi").await.unwrap();
    let seen = server.request();
    assert!(seen.contains("accept: text/event-stream\r\n"), "{seen}");
    let response = "HTTP/1.1 406 Not Acceptable\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\nno";
    let error = streaming(Listener::respond(response).await.base_url()).get_lines().await.unwrap_err().to_string();
    assert!(error.contains("`.header(\"accept\", \"*/*\")` asks for any"), "{error}");
}

#[tokio::test]
async fn lines_and_bytes() {
    let base =
        in_pieces("200 OK\r\ncontent-type: application/x-ndjson", &["{\"n\":1}\n\n{\"n\"", ":2}\n{\"n\":3}"]).await;
    let mut stream = streaming(&base).get_lines_stream().await.unwrap().into_inner();
    let mut seen = Vec::new();
    while let Some(piece) = stream.next().await {
        seen.push(piece.unwrap().n);
    }
    assert_eq!(seen, [1, 2, 3]);

    let base = in_pieces("200 OK\r\ncontent-type: application/x-ndjson", &["{\"n\":", "123456789}\n"]).await;
    let mut stream = streaming(&base).get_lines_stream().response_limit(5).await.unwrap().into_inner();
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(
        matches!(&error, streams::Error::Undecoded(inner)
        if *inner.reason() == streams::UndecodedReason::TooLarge { limit: 5 }),
        "{error:?}"
    );
    assert!(stream.next().await.is_none());

    let base = in_pieces("200 OK\r\nx-a: b\r\ncontent-type: application/octet-stream", &["ab", "cd"]).await;
    let response = streaming(&base).download_stream_2().await.unwrap();
    assert_eq!(response.headers()["x-a"], "b");
    let mut bytes = response.into_inner();
    let mut seen = Vec::new();
    while let Some(chunk) = bytes.next().await {
        seen.extend_from_slice(&chunk.unwrap());
    }
    assert_eq!(seen, b"abcd");

    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\ncontent-type: application/octet-stream";
    let server = Listener::respond(format!("{head}\r\n\r\nab")).await;
    let mut bytes = streaming(server.base_url()).download_stream_2().await.unwrap().into_inner();
    assert_eq!(bytes.next().await.unwrap().unwrap().as_ref(), b"ab");
    let cut = bytes.next().await.unwrap().unwrap_err();
    assert!(cut.to_string().starts_with("truncated body with status 200 OK"), "{cut}");
    assert!(bytes.next().await.is_none());
    let base = in_pieces("404 No\r\ncontent-type: application/json", &["\"gone\""]).await;
    let error = streaming(&base).download_stream_2().await.err().unwrap();
    assert!(matches!(&error, streams::Error::Failure(failure) if failure.value() == "gone"), "{error:?}");
}
