//! [`Claims`]: all claims about a user, with typed methods for the standard ones.

use std::fmt;

use openapi_smith_runtime::generated::{Misfit, json_misfit};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kept_claims::KeptClaims;
use crate::error::{Error, ErrorKind, Result, clean};
use crate::lenient_json::{self, Object};

/// The claims about a user (OpenID Connect Core 1.0 section 5.1).
///
/// Every claim is kept, whatever its type, as the project's consent app put it into the session. The typed methods return
/// `None` for a claim that is absent, `null`, or of the wrong type; they accept the usual mistakes (`"true"` for `true`, `1.75e9`
/// for an integer). [`get`](Self::get) returns any claim, and [`deserialize`](Self::deserialize) decodes all of them into a type
/// of your own.
#[derive(Clone, PartialEq)]
pub struct Claims(KeptClaims);

macro_rules! text_claims {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub fn $name(&self) -> Option<&str> {
                self.0.text(stringify!($name))
            }
        )*
    };
}

impl Claims {
    pub(crate) fn new(claims: impl Into<KeptClaims>) -> Self {
        Self(claims.into())
    }

    text_claims! {
        /// The subject: who this is, for this issuer. Absent when the token was not about a user (client credentials).
        sub
        /// The issuer. Ory sends it, though userinfo responses need not have it.
        iss
        /// The full name.
        name
        /// The given name or first name.
        given_name
        /// The family name or last name.
        family_name
        /// The middle name.
        middle_name
        /// The casual name.
        nickname
        /// The name by which the user wants to be called; neither unique nor stable.
        preferred_username
        /// The URL of the profile page.
        profile
        /// The URL of the picture.
        picture
        /// The URL of the web site.
        website
        /// The e-mail address; [`email_verified`](Self::email_verified) tells whether it was verified.
        email
        /// The gender.
        gender
        /// The birthday, `YYYY-MM-DD`, with the year `0000` if it is not told.
        birthdate
        /// The time zone, such as `Europe/Berlin`.
        zoneinfo
        /// The language, such as `de-AT`.
        locale
        /// The telephone number.
        phone_number
    }

    /// Whether the e-mail address was verified.
    #[must_use]
    #[inline]
    pub fn email_verified(&self) -> Option<bool> {
        lenient_json::truth(self.get("email_verified")?)
    }

    /// Whether the telephone number was verified.
    #[must_use]
    #[inline]
    pub fn phone_number_verified(&self) -> Option<bool> {
        lenient_json::truth(self.get("phone_number_verified")?)
    }

    /// When the information was last changed, in seconds since 1970 (UTC).
    #[must_use]
    #[inline]
    pub fn updated_at(&self) -> Option<i64> {
        lenient_json::seconds(self.get("updated_at")?)
    }

    /// The postal address, an object with properties such as `locality` and `country`.
    #[must_use]
    #[inline]
    pub fn address(&self) -> Option<&Object> {
        self.get("address")?.as_object()
    }

    /// The audience: the ids of the clients that this is for.
    #[must_use]
    #[inline]
    pub fn aud(&self) -> Vec<&str> {
        self.get("aud").map(lenient_json::texts).unwrap_or_default()
    }

    /// Any claim, by its name.
    #[must_use]
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All claims, as the server sent them.
    #[must_use]
    #[inline]
    pub fn as_object(&self) -> &Object {
        self.0.as_object()
    }

    /// All claims, as the server sent them.
    #[must_use]
    #[inline]
    pub fn into_object(self) -> Object {
        self.0.into_object()
    }

    /// Decodes all claims into a type of your own.
    ///
    /// ```
    /// # fn example(claims: &ory_oidc::Claims) -> Result<(), ory_oidc::Error> {
    /// #[derive(serde::Deserialize)]
    /// struct Mine {
    ///     groups: Vec<String>,
    /// }
    /// let mine: Mine = claims.deserialize()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnexpectedResponse`](ErrorKind::UnexpectedResponse), with the location of the claim that does not fit or is missing, but not its
    /// value.
    #[doc(alias = "claims")]
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T> {
        // Through text, so that an error has a location. serde_json's own message would quote values, which are about a
        // person.
        let text = Value::Object(self.as_object().clone()).to_string();
        serde_json::from_str(&text).map_err(|error| {
            let Misfit { path, is_missing, .. } = json_misfit(&text, &error);
            let problem = match (&*clean(&path, 100), is_missing) {
                (claim, true) => format!("the claims do not fit the type: `{claim}` is missing"),
                ("", false) => "the claims do not fit the type".to_owned(),
                (claim, false) => format!("the claims do not fit the type at `{claim}`"),
            };
            Error::new(ErrorKind::UnexpectedResponse, None, problem)
        })
    }
}

/// Shows the names of the claims: the values are about a person.
impl fmt::Debug for Claims {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Claims").field(&self.0.names().collect::<Vec<_>>()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        Claims::new(value.as_object().unwrap().clone())
    }

    fn read(text: &str) -> Claims {
        Claims::new(serde_json::from_str::<KeptClaims>(text).unwrap())
    }

    #[test]
    fn claims_of_unexpected_types_are_kept() {
        let claims = claims(json!({
            "sub": "alice", "name": null, "email": 42, "email_verified": "true", "phone_number_verified": "false",
            "updated_at": 1.5, "aud": "one", "groups": ["a"], "zoneinfo": ""
        }));
        assert_eq!((claims.sub(), claims.name(), claims.email()), (Some("alice"), None, None));
        assert_eq!((claims.email_verified(), claims.phone_number_verified()), (Some(true), Some(false)));
        assert_eq!((claims.updated_at(), claims.zoneinfo()), (Some(1), Some("")));
        assert_eq!(claims.aud(), ["one"]);
        assert_eq!(claims.get("name"), Some(&Value::Null));
        assert_eq!(claims.get("email"), Some(&json!(42)));
        assert!(!format!("{claims:?}").contains("alice"));
    }

    #[test]
    fn integers_stay_integers() {
        let whole = read(r#"{"updated_at":1750000000,"name":null,"x":2.0}"#);
        assert_eq!(Value::Object(whole.into_object()), json!({"updated_at": 1_750_000_000, "name": null, "x": 2.0}));
        assert_eq!(read(r#"{"updated_at":1.5}"#).get("updated_at"), Some(&json!(1.5)));
        assert_eq!(read(r#"{"updated_at":null}"#).get("updated_at"), Some(&Value::Null));
    }

    #[test]
    fn decoded_claims_equal_claims_from_an_object() {
        let text = r#"{"acr":"1","address":{"locality":"Vienna"},"amr":["pwd"],"aud":["c"],"auth_time":1,"birthdate":"0000-01-01",
            "email":"a@b","email_verified":"true","family_name":"f","gender":null,"given_name":"g","iat":2,"iss":"i","locale":"de",
            "middle_name":"m","name":"n","nickname":"k","phone_number":"1","phone_number_verified":false,"picture":"p",
            "preferred_username":"u","profile":"r","rat":3,"sub":"alice","updated_at":4,"website":"w","zoneinfo":"z",
            "groups":["a"]}"#;
        let decoded = || read(text);
        let object = claims(serde_json::from_str(text).unwrap());
        assert_eq!(decoded(), object);
        assert_eq!(decoded().into_object(), object.clone().into_object());
        assert_ne!(decoded(), claims(json!({"sub": "alice"})));
        for name in object.as_object().keys() {
            assert_eq!(decoded().get(name), object.get(name), "{name}");
        }
        let texts = |of: &Claims| {
            [of.sub(), of.iss(), of.name(), of.email(), of.gender(), of.locale(), of.zoneinfo(), of.birthdate()]
                .map(|claim| claim.map(str::to_owned))
        };
        assert_eq!(texts(&decoded()), texts(&object));
        assert_eq!((decoded().email_verified(), decoded().phone_number_verified()), (Some(true), Some(false)));
        assert_eq!((decoded().updated_at(), decoded().aud()), (Some(4), vec!["c"]));
    }

    #[test]
    fn claims_deserialize_into_own_types() {
        #[derive(serde::Deserialize, Debug)]
        struct Mine {
            groups: Vec<String>,
        }
        let good: Mine = claims(json!({"sub": "alice", "groups": ["a", "b"]})).deserialize().unwrap();
        assert_eq!(good.groups, ["a", "b"]);
        let error = claims(json!({"groups": ["a", {"alice": 1}]})).deserialize::<Mine>().unwrap_err();
        assert_eq!(error.to_string(), "the claims do not fit the type at `groups[1]`");
    }
}
