//! The server of the outcomes: the stand-in or a real one. The tests are the same for both.

use std::sync::atomic::{AtomicBool, Ordering};

use ory_oidc::testing::{OryServer, User};
use ory_oidc::{Client, ClientBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::configuration::{Configuration, SetUp, http2_client};
use crate::hydra::{Hydra, url_in};

pub use crate::hydra::{BYE, CALLBACK};

/// The server of this run, chosen by environment variables.
pub enum Place {
    StandIn,
    Live { base_url: String, off_url: Option<String>, tokens: Result<Box<Tokens>, String> },
}

impl Place {
    /// The tokens are those of the file, or come from logins by the admin API.
    pub async fn from_environment() -> Self {
        let Some(base_url) = url_in("ORY_OIDC_LIVE_URL") else { return Self::StandIn };
        let file = std::env::var("ORY_OIDC_LIVE_TOKENS").ok().filter(|path| !path.is_empty());
        let tokens = match (file, Hydra::from_environment()) {
            (Some(path), _) => std::fs::read_to_string(&path)
                .map_err(|error| format!("ORY_OIDC_LIVE_TOKENS: {error}"))
                .and_then(|text| serde_json::from_str(&text).map_err(|error| format!("ORY_OIDC_LIVE_TOKENS: {error}"))),
            (None, Some(hydra)) => Ok(Box::new(log_in(&hydra).await)),
            (None, None) => Err("this needs ORY_OIDC_LIVE_ADMIN_URL, the admin API of the server, or \
                ORY_OIDC_LIVE_TOKENS, a file like tests/live-tokens.example.json"
                .to_owned()),
        };
        Self::Live { base_url, off_url: url_in("ORY_OIDC_LIVE_OFF_URL"), tokens }
    }

    /// Deletes the clients that were made for the logins. A server may be unable to find the one with the odd id.
    pub async fn clear(&self) {
        if let (Self::Live { tokens: Ok(tokens), .. }, Some(hydra)) = (self, Hydra::from_environment()) {
            for id in tokens.made.iter() {
                hydra.forget_client(id).await;
            }
        }
    }

    /// The reason why a configuration cannot be tested here, if there is one.
    ///
    /// Without TLS, a client cannot negotiate HTTP/2, and many servers accept it only by negotiation. This crate's TLS
    /// negotiates only HTTP/1.1.
    pub async fn obstacle(&self, configuration: Configuration) -> Option<String> {
        let Self::Live { base_url, .. } = self else { return None };
        if configuration != Configuration::Http2 {
            return None;
        }
        let request = http2_client().get(format!("{base_url}/.well-known/openid-configuration"));
        let response = request.timeout(std::time::Duration::from_secs(5)).send().await;
        let speaks = response.is_ok_and(|response| response.version() == reqwest::Version::HTTP_2);
        (!speaks).then(|| format!("{base_url} does not speak HTTP/2 to a client that begins with it"))
    }
}

/// Tokens of the user `alice`, and prepared clients, as in `tests/live-tokens.example.json`.
#[derive(Clone, Deserialize)]
pub struct Tokens {
    /// Only the usual claims.
    pub plain: Login,
    /// `email`, `email_verified`, `groups`, `https://app.example/role`, `updated_at`.
    pub custom: Login,
    /// `email_verified: "true"`, `updated_at: 1.5`, `name: null`.
    pub loose: Login,
    /// `email`; the client has chosen signed userinfo.
    pub signed: Login,
    /// Issued in a session that has ended. Optional.
    pub ended: Option<Login>,
    pub client_id: String,
    pub signed_client_id: String,
    pub odd: OddClient,
    /// The clients that were made for this run.
    #[serde(skip)]
    made: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub struct Login {
    pub access_token: String,
    pub id_token: String,
    pub refresh_token: String,
    #[serde(rename = "c_nonce_draft_00")]
    pub c_nonce: String,
    /// The session cookie of the browser.
    pub cookie: String,
}

/// A client whose id has a space and a slash.
#[derive(Clone, Deserialize)]
pub struct OddClient {
    pub id: String,
    pub token: String,
}

pub struct World {
    base_url: String,
    off_url: Option<String>,
    tokens: Result<Box<Tokens>, String>,
    pub set_up: SetUp,
    /// Whether the test has looked for anything that a live server would have.
    is_used: AtomicBool,
    /// The stand-in servers, which stop when they are dropped.
    _stand_ins: Vec<OryServer>,
}

impl World {
    pub async fn at(place: &Place, configuration: Configuration) -> Self {
        let set_up = SetUp::new(configuration);
        match place {
            Place::StandIn => Self::stand_in(set_up).await,
            Place::Live { base_url, off_url, tokens } => Self {
                base_url: base_url.clone(),
                off_url: off_url.clone(),
                tokens: tokens.clone(),
                set_up,
                is_used: AtomicBool::new(false),
                _stand_ins: Vec::new(),
            },
        }
    }

    async fn stand_in(set_up: SetUp) -> Self {
        let ory = OryServer::start().await.unwrap();
        let off = OryServer::builder().registration(false).start().await.unwrap();
        Self {
            base_url: ory.base_url().to_owned(),
            off_url: Some(off.base_url().to_owned()),
            tokens: Ok(Box::new(seed(&ory))),
            set_up,
            is_used: AtomicBool::new(false),
            _stand_ins: vec![ory, off],
        }
    }

    /// Whether the outcome was shown by the server of this run, not only by one that the test made.
    pub fn is_used(&self) -> bool {
        self.is_used.load(Ordering::SeqCst)
    }

    pub fn base_url(&self) -> &str {
        self.is_used.store(true, Ordering::SeqCst);
        &self.base_url
    }

    /// A client for the server, with the configuration of the test.
    pub fn client(&self) -> Client {
        self.client_at(self.base_url())
    }

    /// A client for the server that can have more settings than the configuration of the test.
    pub fn builder(&self) -> ClientBuilder {
        self.set_up.builder(self.base_url())
    }

    /// A client for another server, with the configuration of the test.
    pub fn client_at(&self, base_url: &str) -> Client {
        self.set_up.builder(base_url).build().unwrap()
    }

    /// A server with registration switched off.
    pub fn off_url(&self) -> &str {
        self.is_used.store(true, Ordering::SeqCst);
        self.off_url.as_deref().expect("this needs ORY_OIDC_LIVE_OFF_URL, a server with registration switched off")
    }

    pub fn tokens(&self) -> &Tokens {
        self.is_used.store(true, Ordering::SeqCst);
        self.tokens.as_deref().unwrap_or_else(|missing| panic!("{missing}"))
    }
}

/// Creates in the stand-in what the token file lists for a live server.
fn seed(ory: &OryServer) -> Tokens {
    let add = |document: Value| ory.add_client(document).unwrap();
    add(json!({"client_id": "app", "redirect_uris": [CALLBACK], "post_logout_redirect_uris": [BYE]}));
    add(json!({"client_id": "signed", "redirect_uris": [CALLBACK], "userinfo_signed_response_alg": "RS256"}));
    let odd = add(json!({"client_id": "a b/c-1", "redirect_uris": [CALLBACK]}));
    let login = |tokens: ory_oidc::testing::Tokens| Login {
        access_token: tokens.access_token().to_owned(),
        id_token: tokens.id_token().to_owned(),
        refresh_token: tokens.refresh_token().to_owned(),
        c_nonce: tokens.c_nonce().to_owned(),
        cookie: tokens.cookie().unwrap_or_default().to_owned(),
    };
    let alice = || User::new("alice");
    let custom = alice()
        .claim("email", "alice@app.example")
        .claim("email_verified", true)
        .claim("groups", json!(["a", "b"]))
        .claim("https://app.example/role", "admin")
        .claim("updated_at", 1_750_000_000);
    let loose = alice().claim("email_verified", "true").claim("updated_at", 1.5).claim("name", Value::Null);
    Tokens {
        plain: login(ory.log_in("app", alice())),
        custom: login(ory.log_in("app", custom)),
        loose: login(ory.log_in("app", loose)),
        signed: login(ory.log_in("signed", alice().claim("email", "alice@app.example"))),
        ended: Some(login(ory.log_in_without_remembering("app", alice()))),
        client_id: "app".to_owned(),
        signed_client_id: "signed".to_owned(),
        odd: OddClient {
            id: odd.id().to_owned(),
            token: odd.registration_access_token().unwrap_or_default().to_owned(),
        },
        made: Vec::new(),
    }
}

/// Makes at a live server what the token file lists.
async fn log_in(hydra: &Hydra) -> Tokens {
    let client = hydra.create_client(json!({})).await;
    let signed = hydra.create_client(json!({"userinfo_signed_response_alg": "RS256"})).await;
    let odd_id = format!("a b/c-{}", std::process::id());
    let odd = hydra.create_client(json!({ "client_id": odd_id })).await;
    let login = async |client, claims: Value, remember| -> Login {
        serde_json::from_value(hydra.log_in(client, "alice", &claims, remember).await).unwrap()
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let custom = json!({
        "email": "alice@app.example", "email_verified": true, "groups": ["a", "b"], "https://app.example/role": "admin",
        "updated_at": 1_750_000_000
    });
    Tokens {
        plain: login(&client, json!({}), true).await,
        custom: login(&client, custom, true).await,
        loose: login(&client, json!({"email_verified": "true", "updated_at": 1.5, "name": null}), true).await,
        signed: login(&signed, json!({"email": "alice@app.example"}), true).await,
        ended: Some(login(&client, json!({}), false).await),
        client_id: text(&client["client_id"]),
        signed_client_id: text(&signed["client_id"]),
        made: [&client, &signed, &odd].map(|client| text(&client["client_id"])).to_vec(),
        odd: OddClient { id: odd_id, token: text(&odd["registration_access_token"]) },
    }
}
