//! The server that the outcomes are shown on: the stand-in or a real one, and a test cannot tell which.

use ory_oidc::Client;
use ory_oidc::testing::{OryServer, User};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::configuration::{Configuration, SetUp, http2_client};

/// The only redirect URI of every client here, and the post-logout URI of the clients behind the tokens.
pub const CALLBACK: &str = "http://127.0.0.1:3000/cb";
pub const BYE: &str = "http://127.0.0.1:3000/bye";

/// Where the tests run, from the environment.
pub enum Place {
    StandIn,
    Live { base_url: String, off_url: Option<String>, tokens: Result<Box<Tokens>, String> },
}

impl Place {
    pub fn from_environment() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(base_url) = variable("ORY_OIDC_LIVE_URL") else { return Self::StandIn };
        let tokens = variable("ORY_OIDC_LIVE_TOKENS")
            .ok_or_else(|| "this needs ORY_OIDC_LIVE_TOKENS, a file like tests/live-tokens.example.json".to_owned())
            .and_then(|path| std::fs::read_to_string(&path).map_err(|error| format!("ORY_OIDC_LIVE_TOKENS: {error}")))
            .and_then(|text| serde_json::from_str(&text).map_err(|error| format!("ORY_OIDC_LIVE_TOKENS: {error}")));
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self::Live { base_url, off_url: variable("ORY_OIDC_LIVE_OFF_URL"), tokens }
    }

    /// Why a configuration cannot be tested here, if so.
    ///
    /// Without TLS a client has to know beforehand that a server speaks HTTP/2, and many do not; with TLS, that is negotiated,
    /// and the TLS of this crate negotiates HTTP/1.1 only.
    pub async fn obstacle(&self, configuration: Configuration) -> Option<String> {
        let Self::Live { base_url, .. } = self else { return None };
        if configuration != Configuration::Http2 {
            return None;
        }
        let request = http2_client().get(format!("{base_url}/.well-known/openid-configuration"));
        let answer = request.timeout(std::time::Duration::from_secs(5)).send().await;
        let speaks = answer.is_ok_and(|answer| answer.version() == reqwest::Version::HTTP_2);
        (!speaks).then(|| format!("{base_url} does not speak HTTP/2 to a client that begins with it"))
    }
}

/// Tokens of the user `alice`, and clients that were made beforehand: the shape of `tests/live-tokens.example.json`.
#[derive(Clone, Deserialize)]
pub struct Tokens {
    /// No claims but the usual ones.
    pub plain: Login,
    /// `email`, `email_verified`, `groups`, `https://app.example/role`, `updated_at`.
    pub custom: Login,
    /// `email_verified: "true"`, `updated_at: 1.5`, `name: null`.
    pub loose: Login,
    /// `email`; issued to a client that wants its userinfo signed.
    pub signed: Login,
    /// Issued in a session that is over by now. Not everybody has one.
    pub ended: Option<Login>,
    pub client_id: String,
    pub signed_client_id: String,
    pub odd: OddClient,
}

#[derive(Clone, Deserialize)]
pub struct Login {
    pub access_token: String,
    pub id_token: String,
    pub refresh_token: String,
    #[serde(rename = "c_nonce_draft_00")]
    pub c_nonce: String,
    /// What the browser sends of the remembered session.
    pub cookie: String,
}

/// A client whose id has a space and a slash in it.
#[derive(Clone, Deserialize)]
pub struct OddClient {
    pub id: String,
    pub token: String,
}

pub struct World {
    pub base_url: String,
    off_url: Option<String>,
    tokens: Result<Box<Tokens>, String>,
    pub set_up: SetUp,
    /// They stop when they are dropped.
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
            _stand_ins: vec![ory, off],
        }
    }

    /// A client for the server, as a user would make one.
    pub fn client(&self) -> Client {
        self.client_at(&self.base_url)
    }

    /// The same for another server.
    pub fn client_at(&self, base_url: &str) -> Client {
        self.set_up.builder(base_url).build().unwrap()
    }

    /// A server with registration switched off.
    pub fn off_url(&self) -> &str {
        self.off_url.as_deref().expect("this needs ORY_OIDC_LIVE_OFF_URL, a server with registration switched off")
    }

    pub fn tokens(&self) -> &Tokens {
        self.tokens.as_deref().unwrap_or_else(|missing| panic!("{missing}"))
    }
}

/// Makes in the stand-in what a live server's file of tokens tells of.
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
    }
}
