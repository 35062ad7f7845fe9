//! [`KeptClaims`]: claims as they were decoded, and as one object once somebody asks for that.
//!
//! Making the object takes a third of what a call to userinfo costs beside the network, and most programs read two or three
//! claims of the standard ones.

use std::sync::OnceLock;

use serde_json::Value;

use crate::api::types::{BooleanClaim, OidcUserInfo};
use crate::loose::{self, Object};

#[derive(Clone)]
pub(crate) struct KeptClaims {
    /// As the generated module decodes them, unless they came in another way.
    decoded: Option<Box<OidcUserInfo>>,
    object: OnceLock<Object>,
}

impl KeptClaims {
    #[inline]
    pub(crate) fn object(object: Object) -> Self {
        Self { decoded: None, object: object.into() }
    }

    #[inline]
    pub(crate) fn decoded(info: OidcUserInfo) -> Self {
        Self { decoded: Some(Box::new(info)), object: OnceLock::new() }
    }

    pub(crate) fn as_decoded(&self) -> Option<&OidcUserInfo> {
        self.decoded.as_deref()
    }

    #[inline]
    pub(crate) fn as_object(&self) -> &Object {
        self.object.get_or_init(|| self.decoded.as_deref().map(members).unwrap_or_default())
    }

    #[inline]
    pub(crate) fn into_object(mut self) -> Object {
        self.as_object();
        self.object.take().unwrap_or_default()
    }

    #[inline]
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let undeclared = self.as_decoded().and_then(|info| info.additional_properties.get(name));
        undeclared.or_else(|| self.as_object().get(name))
    }
}

/// The same claims, however they are kept.
impl PartialEq for KeptClaims {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_object() == other.as_object()
    }
}

/// A claim of text, absent, `null` or there.
pub(crate) trait TextClaim {
    fn text(&self) -> Option<&str>;
}

impl TextClaim for Option<String> {
    fn text(&self) -> Option<&str> {
        self.as_deref()
    }
}

impl TextClaim for Option<Option<String>> {
    fn text(&self) -> Option<&str> {
        self.as_ref()?.as_deref()
    }
}

// None can be forgotten: the pattern has to name them all.
macro_rules! members {
    ($($name:ident)*) => {
        #[inline]
        fn members(info: &OidcUserInfo) -> Object {
            let OidcUserInfo { $($name,)* email_verified, phone_number_verified, updated_at, additional_properties } = info;
            let mut claims = additional_properties.clone();
            $(put(&mut claims, stringify!($name), $name);)*
            put(&mut claims, "email_verified", &email_verified.as_ref().map(|claim| claim.as_ref().map(boolean)));
            put(&mut claims, "phone_number_verified", &phone_number_verified.as_ref().map(|claim| claim.as_ref().map(boolean)));
            put(&mut claims, "updated_at", &updated_at.map(|time| time.map(number)));
            claims
        }
    };
}

members! {
    acr address amr aud auth_time birthdate email family_name gender given_name iat iss locale middle_name name nickname
    phone_number picture preferred_username profile rat sub website zoneinfo
}

#[inline]
fn put(claims: &mut Object, name: &str, claim: &Option<impl Into<Value> + Clone>) {
    if let Some(claim) = claim {
        claims.insert(name.to_owned(), claim.clone().into());
    }
}

#[inline]
fn boolean(claim: &BooleanClaim) -> Value {
    match claim {
        BooleanClaim::Boolean(claim) => (*claim).into(),
        BooleanClaim::String(claim) => claim.as_str().into(),
    }
}

/// The one member that is declared as a float, since servers send fractions. Sent as an integer it has to be one again, or it
/// would not fit an integer in a type of the caller's.
#[inline]
fn number(number: f64) -> Value {
    let value = Value::from(number);
    match loose::seconds(&value) {
        Some(seconds) if number.fract() == 0.0 => seconds.into(),
        _ => value,
    }
}
