//! Pagination: a method for the pages of each operation that the settings or an extension declare as paginated.

mod extensions;

use std::collections::BTreeMap;

use super::Lowering;
use super::pattern::matches;
use crate::ir::{
    JsonType, MediaType, NextPage, Operation, PagesEnd, Pagination, ParameterLocation, PropertyPath, Type, TypeKind,
};
use crate::location::Location;
use crate::names::{self, Scope};
use crate::problem::Problem;
use crate::read::Node;
use crate::report::NoteKind;
use crate::settings::{End, Next, Pagination as Declared};

/// The declarations of extensions, by the pointer of the operation: its location, and what it declares or why it does
/// not.
pub(super) type Extensions = BTreeMap<String, (Location, Result<Declared, String>)>;

/// What a valid declaration says, without a name.
type Found = (NextPage, PropertyPath, PagesEnd);

impl<'d> Lowering<'d> {
    /// Reads the extension of an operation.
    pub(super) fn pagination_extension(&mut self, root: &Node<'d>, node: &Node<'d>) {
        if let Some((at, declared)) = extensions::read(root, node) {
            self.paginations.insert(node.at().pointer().to_owned(), (at, declared));
        }
    }

    /// Adds a method with a free name to every operation with pages. `complete` is whether nothing is left out, so that a
    /// setting without an operation is a mistake.
    pub(super) fn paginations(&mut self, operations: &mut [Operation], scope: &mut Scope, is_complete: bool) {
        let settings = self.settings;
        let (mut rules, exact): (Vec<_>, Vec<_>) = settings.paginations.iter().partition(|(key, _)| key.contains('*'));
        // The longest pattern is the most specific one.
        rules.sort_by_key(|(key, _)| (std::cmp::Reverse(key.len()), key.as_str()));
        let mut misses: BTreeMap<&str, Option<String>> =
            settings.paginations.keys().map(|key| (key.as_str(), None)).collect();
        let extensions = std::mem::take(&mut self.paginations);
        for operation in operations {
            let names = [
                operation.name.wire.clone(),
                format!("{} {}", operation.method.as_str(), operation.path),
                operation.origin.pointer().to_owned(),
            ];
            let own = exact.iter().find(|(key, _)| names.iter().any(|name| *name == **key));
            let found = if let Some((key, declared)) = own {
                misses.remove(key.as_str());
                let found = self.pages(operation, declared);
                found.map_err(|what| self.findings.refuse(setting_problem(key, &operation.origin, what))).ok()
            } else if let Some((at, declared)) = extensions.get(operation.origin.pointer()) {
                let found = declared.clone().and_then(|declared| self.pages(operation, &declared));
                let ignored = |what: String| format!("the operation has no method for its pages: {what}");
                found.map_err(|what| self.note(NoteKind::Pagination, at, ignored(what))).ok()
            } else {
                rules.iter().filter(|(key, _)| names.iter().any(|name| matches(key, name))).find_map(
                    |(key, declared)| {
                        let found = self.pages(operation, declared);
                        match &found {
                            Ok(_) => {
                                misses.remove(key.as_str());
                            }
                            Err(what) => {
                                let reason = format!("`{}`: {what}", operation.name.wire);
                                misses.entry(key.as_str()).and_modify(|miss| {
                                    miss.get_or_insert(reason);
                                });
                            }
                        }
                        found.ok()
                    },
                )
            };
            let Some((next, items, end)) = found else { continue };
            let ideal = format!("{}_pages", operation.name.rust);
            let name = names::value_name(&scope.claim(&ideal, "_"));
            self.renamed(&operation.origin, &ideal, &name.rust);
            operation.pagination = Some(Pagination { name, next, items, end });
        }
        if is_complete && self.findings.problem_count() == 0 {
            for (key, miss) in misses {
                let what = match miss {
                    Some(reason) => format!("no operation that the pattern names can have pages so: {reason}"),
                    None => "there is no such operation among the chosen ones".to_owned(),
                };
                self.findings.refuse(setting_problem(key, &Location::at("/paths"), what));
            }
        }
    }

    /// The pages of an operation, or why it has none so.
    fn pages(&self, operation: &Operation, declared: &Declared) -> Result<Found, String> {
        let page = page_type(operation)?;
        let items = match &declared.items {
            Some(property) => self.property(&page, property, &[JsonType::Array])?,
            None => self.only_list(&page)?,
        };
        let value = [JsonType::String, JsonType::Number];
        let next = match &declared.next {
            Next::Number { parameter, first } => {
                NextPage::Number { parameter: self.page_parameter(operation, parameter)?, first: *first }
            }
            Next::Offset { parameter } => NextPage::Offset { parameter: self.page_parameter(operation, parameter)? },
            Next::Cursor { parameter, property } => NextPage::Cursor {
                parameter: self.page_parameter(operation, parameter)?,
                property: self.property(&page, property, &value)?,
            },
            Next::Url { property } => NextPage::Url { property: self.property(&page, property, &[JsonType::String])? },
            Next::Link => NextPage::Link,
        };
        let end = match &declared.end {
            None => PagesEnd::Empty,
            Some((End::More, property)) => PagesEnd::More(self.property(&page, property, &[JsonType::Bool])?),
            Some((End::Pages, property)) if matches!(next, NextPage::Number { .. }) => {
                PagesEnd::Pages(self.property(&page, property, &[JsonType::Number])?)
            }
            Some((End::Pages, property)) => {
                return Err(format!("the number of pages in `{property}` has a meaning only for pages with numbers"));
            }
            Some((End::Total, property)) => PagesEnd::Total(self.property(&page, property, &[JsonType::Number])?),
        };
        Ok((next, items, end))
    }

    /// The query parameter of this name, if it can have the value.
    fn page_parameter(&self, operation: &Operation, name: &str) -> Result<String, String> {
        let is_query = |location| location == ParameterLocation::Query;
        let mut parameters = operation.parameters.iter().filter(|parameter| is_query(parameter.location));
        let Some(parameter) = parameters.find(|parameter| parameter.name.wire == name) else {
            let known = operation.parameters.iter().filter(|parameter| is_query(parameter.location));
            let known = known.map(|parameter| parameter.name.wire.clone()).collect();
            return Err(format!("there is no query parameter `{name}`; there is {}", listed(known)));
        };
        let is_value =
            |kinds: Vec<JsonType>| kinds.iter().any(|kind| matches!(kind, JsonType::String | JsonType::Number));
        if parameter.ty.json_types(&self.types).is_none_or(is_value) {
            return Ok(name.to_owned());
        }
        Err(format!("the query parameter `{name}` is neither a text nor a number"))
    }

    /// The path of a property of the page, which has to have one of these JSON types.
    fn property(&self, page: &Type, property: &str, wanted: &[JsonType]) -> Result<PropertyPath, String> {
        let path = match property.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect(),
            None if property.is_empty() => Vec::new(),
            // A name may have dots itself.
            None if self.property_of(page, property).is_ok() => vec![property.to_owned()],
            None => property.split('.').map(str::to_owned).collect::<PropertyPath>(),
        };
        let mut ty = page;
        for name in &path {
            ty = self.property_of(ty, name)?;
        }
        let fits = |kinds: &[JsonType]| kinds.iter().all(|kind| *kind == JsonType::Null || wanted.contains(kind));
        // A value of any type is read as it comes, but items need a type.
        match ty.json_types(&self.types) {
            None if wanted != [JsonType::Array] => Ok(path),
            Some(kinds) if fits(&kinds) && (wanted != [JsonType::Array] || self.is_list(ty)) => Ok(path),
            _ => {
                let wanted: Vec<&str> = wanted.iter().map(|kind| kind.words()).collect();
                let what = if path.is_empty() { "the body".to_owned() } else { format!("the property `{property}`") };
                Err(format!("{what} is not {}", wanted.join(" or ")))
            }
        }
    }

    /// The path of the only list of a page: the body itself, or its only property that is one.
    fn only_list(&self, page: &Type) -> Result<PropertyPath, String> {
        if self.is_list(page) {
            return Ok(Vec::new());
        }
        let lists: Vec<String> = match self.behind(page) {
            Type::Named(id) => match self.types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Struct(object)) => {
                    let lists = object.fields.iter().filter(|field| self.is_list(&field.ty));
                    lists.map(|field| field.name.wire.clone()).collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        match lists.as_slice() {
            [only] => Ok(vec![only.clone()]),
            [] => Err("neither the body nor a property of it is a list: declare `items`".to_owned()),
            _ => Err(format!("several properties are lists: declare one of them as `items`: {}", listed(lists))),
        }
    }

    fn is_list(&self, ty: &Type) -> bool {
        matches!(self.behind(ty), Type::Array(_))
    }

    /// The type behind aliases and `null`.
    fn behind<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut current = ty;
        // Each step goes to another type, so more steps than types mean a circle.
        for _ in 0..=self.types.len() * 2 {
            match current {
                Type::Nullable(inner) => current = inner,
                Type::Named(id) => match self.types.get(id.0).map(|def| &def.kind) {
                    Some(TypeKind::Alias(target)) => current = target,
                    _ => return current,
                },
                _ => return current,
            }
        }
        current
    }

    /// The type of a property of an object.
    fn property_of<'t>(&'t self, ty: &'t Type, name: &str) -> Result<&'t Type, String> {
        let object = match self.behind(ty) {
            Type::Named(id) => match self.types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Struct(object)) => Some(object),
                _ => None,
            },
            _ => None,
        };
        let object =
            object.ok_or_else(|| format!("`{name}` cannot be read: there is no object with declared properties"))?;
        let found = object.fields.iter().find(|field| field.name.wire == name);
        found.map(|field| &field.ty).ok_or_else(|| {
            let known = object.fields.iter().map(|field| field.name.wire.clone()).collect();
            format!("there is no property `{name}`; there is {}", listed(known))
        })
    }
}

/// The type of a page: that of the only success with a body.
fn page_type(operation: &Operation) -> Result<Type, String> {
    let successes = operation.successes();
    if operation.success_needs_enum() {
        return Err("the successes of the operation have several types".to_owned());
    }
    let content = successes.iter().flat_map(|response| &response.contents).next();
    match content.map(|content| (&content.media, &content.ty)) {
        Some((MediaType::Json(_), Some(ty))) => Ok(ty.clone()),
        _ => Err("the success of the operation is not JSON with a schema".to_owned()),
    }
}

fn setting_problem(key: &str, at: &Location, what: String) -> Problem {
    let cure = "correct the declaration, or remove it; a key is an `operationId`, a method and path (`GET /pets`) or a pattern with `*`";
    Problem::of_setting("pagination", key, at, what, cure)
}

/// At most ten names, to keep the message readable.
fn listed(names: Vec<String>) -> String {
    const MOST: usize = 10;
    let more = names.len().saturating_sub(MOST);
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match (shown.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}
