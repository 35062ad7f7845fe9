//! [`Headers`]: headers that a client, a call or a hook adds, and the ones that they must not set.

use std::fmt;

use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};

/// Headers that were set one by one, and the first that could not be.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    map: HeaderMap,
    fault: Option<String>,
}

/// Shows the names.
impl fmt::Debug for Headers {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.map.keys()).finish()
    }
}

impl Headers {
    pub(crate) fn set<N, V>(&mut self, name: N, value: V)
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let Ok(name) = name.try_into() else {
            self.fault.get_or_insert_with(|| "a header has an invalid name".to_owned());
            return;
        };
        if name == AUTHORIZATION {
            // It would go out with operations that must not carry a credential, and the wrong one with the others.
            self.fault.get_or_insert_with(|| {
                "header `authorization`: cannot be set: give the token to the operation that takes it".to_owned()
            });
            return;
        }
        if matches!(name, CONTENT_TYPE | CONTENT_LENGTH | TRANSFER_ENCODING) {
            self.fault.get_or_insert_with(|| format!("header `{name}`: cannot be set: it follows from the body"));
            return;
        }
        let Ok(mut value) = value.try_into() else {
            self.fault.get_or_insert_with(|| format!("header `{name}`: its value contains a control character"));
            return;
        };
        value.set_sensitive(true);
        self.map.insert(name, value);
    }

    pub(crate) fn checked(&self) -> Result<&HeaderMap, &str> {
        self.fault.as_deref().map_or(Ok(&self.map), Err)
    }
}
