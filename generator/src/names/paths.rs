//! Parses the module paths of the settings.

use super::ModulePath;
use crate::location::Location;
use crate::problem::Problem;
use crate::settings::Settings;

/// The paths of the generated module and of the runtime.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The generated module, for examples.
    pub module: Option<ModulePath>,
    /// The runtime.
    pub runtime: ModulePath,
}

/// The default path of the runtime.
pub(crate) const RUNTIME: &str = "::openapi_smith_runtime";

impl Paths {
    /// Parses the paths of the settings.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut parsed = |setting, path: &str| {
            let parsed = ModulePath::parse(path);
            if parsed.is_none() {
                let what = format!("invalid path of a Rust module `{path}`");
                let cure = "write a path such as `my_crate::api`";
                problems.push(Problem::of_setting(setting, path, &Location::root(), what, cure));
            }
            parsed
        };
        let module = settings.module_path.as_deref().map(|path| parsed("module-path", path));
        let runtime = parsed("runtime-path", settings.runtime_path.as_deref().unwrap_or(RUNTIME));
        match (module, runtime) {
            (None, Some(runtime)) => Ok(Self { module: None, runtime }),
            (Some(Some(module)), Some(runtime)) => Ok(Self { module: Some(module), runtime }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_path_is_a_problem_of_its_setting() {
        assert!(Paths::of(&Settings::new().module_path("my_crate::api").runtime_path("::my_crate::runtime")).is_ok());
        let problems = Paths::of(&Settings::new().module_path("a b").runtime_path("crate::type")).unwrap_err();
        let settings: Vec<_> = problems.iter().map(|problem| problem.setting().unwrap()).collect();
        assert_eq!(settings, [("module-path", "a b"), ("runtime-path", "crate::type")]);
        assert!(
            crate::generate("{}", &Settings::new().module_path("not a path"))
                .unwrap_err()
                .to_string()
                .contains("not a path")
        );
    }
}
