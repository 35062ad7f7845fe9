//! The guides: recipes, settings, schemas, codes, tests, new crates, and how to switch to this generator and follow a document
//! that changes.
//!
//! | page | contents |
//! |---|---|
//! | [`cookbook`] | a recipe for each task |
//! | [`command_line`] | commands, reports, exit codes |
//! | [`schemas`] | the Rust type of each construct of a schema |
//! | [`settings`] | all settings, with examples |
//! | [`codes`] | the code of each problem and note |
//! | [`pagination`] | pages, server-sent events, and programs without async |
//! | [`testing`] | tests of a program without a server |
//! | [`comparison`] | the same calls with other generators |
//! | [`new`] | a crate for an API, documents of a URL, checks in CI |
//! | [`switching`] | the way from progenitor and openapi-generator |
//! | [`versions`] | each construct of Swagger 2.0, and each change of OpenAPI 3.2 |
//! | [`updates`] | a workflow for a document that changes |

/// The pages. They link to each other by files, for readers of the repository. The first definition of a link counts, so here
/// the links lead to modules.
macro_rules! pages {
    ($($name:ident = $file:literal,)*) => {
        $(
            #[doc = "[calls]: crate::guide::switching#3-change-the-calls"]
            #[doc = "[codes]: crate::guide::codes"]
            #[doc = "[comparison]: crate::guide::comparison"]
            #[doc = "[formats]: crate::guide::settings#a-type-for-a-format"]
            #[doc = "[names]: crate::guide::settings#names"]
            #[doc = "[new]: crate::guide::new"]
            #[doc = "[pages]: crate::guide::cookbook#pages"]
            #[doc = "[pagination]: crate::guide::pagination"]
            #[doc = "[schemas]: crate::guide::schemas"]
            #[doc = "[settings]: crate::guide::settings"]
            #[doc = "[switching]: crate::guide::switching"]
            #[doc = "[testing]: crate::guide::testing"]
            #[doc = "[updates]: crate::guide::updates"]
            #[doc = "[versions]: crate::guide::versions"]
            #[doc = ""]
            #[doc = include_str!(concat!("../docs/", $file))]
            pub mod $name {}
        )*

        /// The text of each page.
        #[cfg(test)]
        const TEXTS: &[(&str, &str)] = &[$(($file, include_str!(concat!("../docs/", $file)))),*];
    };
}

pages! {
    codes = "codes.md",
    command_line = "command-line.md",
    comparison = "comparison.md",
    cookbook = "cookbook.md",
    new = "new.md",
    pagination = "pagination.md",
    schemas = "schemas.md",
    settings = "settings.md",
    switching = "switching.md",
    testing = "testing.md",
    updates = "updates.md",
    versions = "versions.md",
}

#[cfg(test)]
mod tests {
    use super::TEXTS;

    #[test]
    fn links_to_files_lead_to_modules() {
        let here = include_str!("guide.rs");
        let mut count = 0;
        for (page, text) in TEXTS {
            let inline = text.match_indices("](").filter_map(|(start, _)| text.get(start + 2..));
            for target in inline {
                assert!(target.starts_with('#') || target.starts_with("http"), "{page}: {:.40}", target);
            }
            for line in text.lines().filter(|line| line.starts_with('[')) {
                let Some((label, _)) = line.split_once("]: ") else { continue };
                let module = format!("#[doc = \"{label}]: crate::guide::");
                assert!(here.contains(&module), "{page}: guide.rs has no link {label}]");
                count += 1;
            }
        }
        assert!(count >= 15, "{count}");
    }
}
