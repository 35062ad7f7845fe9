//! Converts any text to the words and the case of an identifier.

/// `discoverOidcConfiguration`, `x-request-id`, `OAuth2Client` in snake case.
pub(super) fn snake(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|word| word.to_lowercase()).collect();
    complete(words.join("_"), "_")
}

/// Converts to camel case. The letters inside a word keep their case: `OAuth2Client` is unchanged.
pub(super) fn camel(text: &str) -> String {
    let words = words(text);
    // `NOT_IN` is `NotIn`. A single word keeps its case, such as `URL`.
    let has_letters = |word: &&String| word.chars().any(char::is_alphabetic);
    let is_upper = !text.chars().any(char::is_lowercase) && words.iter().filter(has_letters).count() > 1;
    let capitalized = |word: &String| capitalize(&if is_upper { word.to_lowercase() } else { word.clone() });
    let mut words: Vec<String> = words.iter().map(capitalized).collect();
    // A sign before a word often means the reverse order. Before a digit, it is a word in any case.
    if text.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphabetic)) {
        words.insert(0, "Minus".to_owned());
    }
    complete(join(&words), "N")
}

/// The text of a nested name, in which no part repeats the last words before it: `Phone phone_type` is `Phone type`. A part that
/// has no further words is kept.
pub(super) fn without_repetition(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for part in text.split(' ').filter(|part| !part.is_empty()) {
        let own = words(part);
        let lower: Vec<String> = own.iter().map(|word| word.to_lowercase()).collect();
        let repeats = |count: &usize| lower.get(..*count).is_some_and(|start| before.ends_with(start));
        let repeated = (1..lower.len()).rev().find(repeats).unwrap_or_default();
        let rest = own.get(repeated..).unwrap_or_default();
        parts.push(if repeated > 0 { rest.join("_") } else { part.to_owned() });
        before.extend(lower.into_iter().skip(repeated));
    }
    parts.join(" ")
}

/// Joins words, with a separator between adjacent digits.
fn join(words: &[String]) -> String {
    let mut joined = String::new();
    for word in words {
        let ends_in_digit = joined.chars().next_back().is_some_and(|c| c.is_ascii_digit());
        if ends_in_digit && word.starts_with(|c: char| c.is_ascii_digit()) {
            joined.push('_');
        }
        joined.push_str(word);
    }
    joined
}

/// Makes sure that a name is not empty and starts with a valid character.
fn complete(name: String, before_digit: &str) -> String {
    match name.chars().next() {
        None if before_digit == "_" => "empty".to_owned(),
        None => "Empty".to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => name,
        Some(_) => format!("{before_digit}{name}"),
    }
}

fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Splits a text into words: at characters that are neither letters nor digits, and at capitals. Meaningful signs
/// (`>=`, `-1`, `+`) become words.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let text = super::latin::latin(&super::kana::romanised(text));
    let chars: Vec<char> = super::look_alikes::spelled_out(&text).chars().filter_map(plain).collect();
    let mut previous: Option<char> = None;
    let mut whole_until = 0;
    for (index, &c) in chars.iter().enumerate() {
        let next = chars.get(index + 1).copied();
        if unicode_ident::is_xid_continue(c) && c != '_' {
            let rest = chars.get(index..).unwrap_or_default();
            let whole = if index < whole_until { 0 } else { whole_word(previous, rest) };
            let begins = index >= whole_until && begins_word(previous, c, next) && !ends_in_plural(previous, rest);
            whole_until = whole_until.max(index + whole);
            if (begins || whole > 0) && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.push(c);
        } else {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if let Some(spelled) = spelled(c, previous, next) {
                words.extend(spelled.split(' ').map(str::to_owned));
            }
        }
        previous = Some(c);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Replaces letters that rustc warns about in identifiers, which no attribute of a module can allow.
fn plain(c: char) -> Option<char> {
    match c {
        // Modifier letters, such as half rings.
        '\u{2B0}'..='\u{2FF}' => None,
        // Accents that are characters of their own.
        '\u{300}'..='\u{36F}' => None,
        'ı' => Some('i'),
        // Variation selectors, such as those after emoji.
        '\u{FE00}'..='\u{FE0F}' => None,
        // Other underscores.
        '\u{203F}' | '\u{2040}' | '\u{2054}' | '\u{FE33}' | '\u{FE34}' | '\u{FE4D}'..='\u{FE4F}' => Some('_'),
        'µ' => Some('u'),
        'ª' => Some('a'),
        'º' => Some('o'),
        // Full-width letters and digits.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => Some(c),
    }
}

/// Splits camel case: `fooBar` -> foo Bar, `HTTPServer` -> HTTP Server, `OAuth2Client` -> OAuth2 Client, `oAuth2` ->
/// oAuth2.
fn begins_word(previous: Option<char>, c: char, next: Option<char>) -> bool {
    let Some(previous) = previous else { return false };
    if !c.is_uppercase() {
        return false;
    }
    if previous.is_lowercase() || previous.is_numeric() {
        return true;
    }
    previous.is_uppercase() && next.is_some_and(char::is_lowercase)
}

/// Words with capitals inside, as their owners spell them.
const WHOLE_WORDS: [&str; 3] = ["OAuth", "IPv4", "IPv6"];

/// The length of the word with capitals inside that begins here; 0 if none does. `oAuth` begins in lower case.
fn whole_word(previous: Option<char>, rest: &[char]) -> usize {
    let is_first = previous.is_none_or(|previous| !previous.is_alphabetic());
    let begins = |word: &&&str| {
        let mut chars = word.chars().zip(rest);
        let first = chars.next();
        let fits = |(a, b): (char, &char)| a == *b || (is_first && b.is_lowercase() && a.eq_ignore_ascii_case(b));
        word.len() <= rest.len() && first.is_some_and(fits) && chars.all(|(a, b)| a == *b)
    };
    WHOLE_WORDS.iter().find(begins).map_or(0, |word| word.len())
}

/// Whether the capital is the last one of an acronym in the plural: `URLs`, `userIDs`.
fn ends_in_plural(previous: Option<char>, rest: &[char]) -> bool {
    previous.is_some_and(char::is_uppercase)
        && rest.get(1) == Some(&'s')
        && rest.get(2).is_none_or(|next| !next.is_lowercase())
}

/// The words for a meaningful sign: at the edge of a name, before a digit, or alone.
fn spelled(c: char, previous: Option<char>, next: Option<char>) -> Option<&'static str> {
    let at_edge = previous.is_none() || next.is_none();
    let is_alone = previous.is_none() && next.is_none();
    // `up-1` has a separator, `up--1` a separator and a sign.
    let is_of_number =
        previous.is_none_or(|previous| !previous.is_alphanumeric()) && next.is_some_and(|next| next.is_ascii_digit());
    Some(match c {
        '-' if is_of_number || is_alone => "minus",
        '+' if is_of_number => "plus",
        '≥' => "at least",
        '≤' => "at most",
        '≠' => "unequal",
        '+' if at_edge => "plus",
        '>' => "greater",
        '<' => "less",
        '=' if at_edge || matches!(previous, Some('<' | '>' | '!' | '=')) => "equal",
        '!' if at_edge || next == Some('=') => "not",
        '*' if at_edge => "star",
        '%' if at_edge => "percent",
        '&' if at_edge => "and",
        '|' if at_edge => "or",
        '/' if is_alone => "slash",
        '.' if is_alone => "dot",
        ' ' if is_alone => "space",
        '$' if is_alone => "dollar",
        '_' if is_alone => "underscore",
        '#' if is_alone => "hash",
        '@' if is_alone => "at",
        '?' if is_alone => "question",
        ':' if is_alone => "colon",
        ';' if is_alone => "semicolon",
        ',' if is_alone => "comma",
        '~' if is_alone => "tilde",
        '^' if is_alone => "caret",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case() {
        for (text, expected) in [
            ("discoverOidcConfiguration", "discover_oidc_configuration"),
            ("x-request-id", "x_request_id"),
            ("id_token_hint", "id_token_hint"),
            ("oAuth2Client", "oauth2_client"),
            ("OAuth2PasswordBearer", "oauth2_password_bearer"),
            ("createOAuth2Client", "create_oauth2_client"),
            ("HTTPOAuthToken", "http_oauth_token"),
            ("IPv4Address", "ipv4_address"),
            ("allowedIPv6s", "allowed_ipv6s"),
            ("userIDs", "user_ids"),
            ("URLsByID", "urls_by_id"),
            ("USState", "us_state"),
            ("APIKeyHeader", "api_key_header"),
            ("HTTPServer", "http_server"),
            ("x5c", "x5c"),
            ("credential_draft_00", "credential_draft_00"),
            (">=", "greater_equal"),
            ("-1", "minus_1"),
            ("+1", "plus_1"),
            ("1st", "_1st"),
            ("paʿʿel", "pael"),
            ("up\u{FE0F}", "up"),
            ("µg", "ug"),
            ("ㄅ︳︴u", "ㄅ_u"),
            ("Ｎｏ１", "no1"),
            ("größe", "größe"),
            ("日本", "日本"),
            ("π", "pi"),
            ("ѕсоре", "ssore"),
            ("", "empty"),
        ] {
            assert_eq!(snake(text), expected, "{text}");
        }
    }

    #[test]
    fn a_nested_name_repeats_no_words() {
        for (text, expected) in [
            ("Phone phoneType", "PhoneType"),
            ("ExternalLink link_type", "ExternalLinkType"),
            ("InvoiceAddress invoice_address_type", "InvoiceAddressType"),
            ("GetTemplate body template_type item", "GetTemplateBodyTemplateTypeItem"),
            ("LineItem item", "LineItemItem"),
            ("Phones phone_type", "PhonesPhoneType"),
            ("AgentsAgentsList agents", "AgentsAgentsListAgents"),
            ("V2 2 b", "V2_2B"),
        ] {
            assert_eq!(camel(&without_repetition(text)), expected, "{text}");
        }
    }

    #[test]
    fn camel_case() {
        for (text, expected) in [
            ("oAuth2Client", "OAuth2Client"),
            ("errorOAuth2", "ErrorOAuth2"),
            ("jsonWebKeySet", "JsonWebKeySet"),
            ("credentialSupportedDraft00", "CredentialSupportedDraft00"),
            ("authorization_code", "AuthorizationCode"),
            ("urn:ietf:params:oauth:grant-type:device_code", "UrnIetfParamsOauthGrantTypeDeviceCode"),
            ("v1.2", "V1_2"),
            ("404", "N404"),
            ("NOT_IN", "NotIn"),
            ("CREATED-AT 2", "CreatedAt2"),
            ("URL", "URL"),
            ("RS256", "RS256"),
            ("-name", "MinusName"),
            ("up-1", "Up1"),
            ("up--1", "UpMinus1"),
            ("up-+1", "UpPlus1"),
            ("≥", "AtLeast"),
            ("≠", "Unequal"),
            ("$", "Dollar"),
            ("", "Empty"),
        ] {
            assert_eq!(camel(text), expected, "{text}");
        }
    }
}
