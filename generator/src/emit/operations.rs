//! The method of an operation: its arguments, a static table, the request, and a match on the response.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::bodies::{BodyContent, RequestBody};
use super::item::{Item, Needs};
use super::structs::too_many_arguments;
use super::types::Viewpoint;
use super::{Scene, client, docs, operation_docs, outcomes, pages, parallel, params, render, streams};
use crate::analyze::{Case, Outcome, Payload, Side, SideType, Variant};
use crate::ir::{
    EnumerationOf, MediaType, Operation, Pagination, Parameter, ParameterLocation, ParameterStyle, PathPart, Status,
    Stream, StringKind, Type, TypeId, TypeKind,
};

/// `impl Client` with all operations.
pub(super) fn methods(scene: &Scene<'_>) -> Vec<Item> {
    let methods = parallel::each(scene.api.operations.len(), |index| {
        let (Some(operation), Some(outcome)) = (scene.api.operations.get(index), scene.facts.outcomes.get(index))
        else {
            return Vec::new();
        };
        let method = Method { scene, operation, outcome };
        let streamed = operation.stream.as_ref().map(|stream| {
            let needs = method.needs() | streams::needs(scene, stream);
            Item { text: render::method(method.print_stream(stream)), needs }
        });
        let paged = operation.pagination.as_ref().and_then(|pagination| method.print_pages(pagination));
        let paged = paged.map(|(tokens, needs)| Item { text: render::method(tokens), needs });
        let whole = Item { text: render::method(method.print()), needs: method.needs() };
        std::iter::once(whole).chain(streamed).chain(paged).collect()
    });
    if methods.is_empty() {
        return Vec::new();
    }
    let lints: &[&str] =
        if scene.has_deprecated_types() || has_deprecated_parameters(scene) { &["deprecated"] } else { &[] };
    let head = format!("{}impl Client", render::allow(lints, "what is deprecated still has to be sent"));
    let needs = methods.iter().map(|method| method.needs).sum();
    let methods: Vec<String> = methods.into_iter().map(|method| method.text).collect();
    vec![render::impl_of(&head, &methods, needs)]
}

/// `mod ops`: the operations as values, by which tests name them.
pub(super) fn values(scene: &Scene<'_>) -> Option<Item> {
    let values = parallel::each(scene.api.operations.len(), |index| {
        let (operation, outcome) = (scene.api.operations.get(index), scene.facts.outcomes.get(index));
        let method = operation.zip(outcome).map(|(operation, outcome)| Method { scene, operation, outcome });
        method.map(|method| render::items(method.constant())).into_iter().collect()
    });
    if values.is_empty() {
        return None;
    }
    let head = "/// The operations as values, each named as its method: for tests.\npub mod ops";
    let values: Vec<String> = std::iter::once("use super::rt;".to_owned()).chain(values).collect();
    Some(Item { text: render::mod_block(head, &values), needs: Needs::RUNTIME })
}

fn has_deprecated_parameters(scene: &Scene<'_>) -> bool {
    scene.api.operations.iter().flat_map(|operation| &operation.parameters).any(|parameter| parameter.deprecated)
}

/// The printer of one operation.
///
/// Its method is `#[inline]`, so only crates that call the method compile it.
struct Method<'a> {
    scene: &'a Scene<'a>,
    operation: &'a Operation,
    outcome: &'a Outcome,
}

impl Method<'_> {
    fn print(&self) -> TokenStream {
        let name = render::name(&self.operation.name);
        let needs = self.needs();
        let comment =
            operation_docs::comment(self.scene, self.operation, self.outcome, &self.example_arguments(), needs);
        let alias = docs::alias(&self.operation.name);
        let deprecated = docs::deprecated(self.operation.deprecated);
        let arguments = self.arguments(Viewpoint::Root);
        let allow = too_many_arguments(arguments.len() + 1);
        let arguments = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
        let success = outcomes::success_type(self.scene, &self.outcome.success, Viewpoint::Root);
        let failure = outcomes::failure_type(self.scene, &self.outcome.failure, Viewpoint::Root);
        let constant = render::ident(&self.operation.names.constant);
        let request = self.request();
        let (request_name, decode, body) = (self.local("request"), self.local("decode"), self.read());
        let call = call_type(quote!(Call), &success, &self.outcome.failure, &failure);
        quote! {
            #comment
            #alias
            #deprecated
            #allow
            #[inline]
            pub fn #name(&self, #(#arguments),*) -> #call {
                #request
                let #decode = #body;
                rt::call(&self.0, ops::#constant, #request_name, #decode)
            }
        }
    }

    /// The needs of the signature.
    fn needs(&self) -> Needs {
        let mut needs = self.scene.needs_of(self.required().map(|parameter| &parameter.ty)) | Needs::RUNTIME;
        if let Some((body, _)) = self.body() {
            needs = needs | body.needs(self.scene);
        }
        for side in [&self.outcome.success, &self.outcome.failure] {
            if let SideType::One(payload) = &side.ty {
                needs = needs | outcomes::payload_needs(self.scene, payload);
            }
        }
        needs
    }

    /// The method that returns the response as a stream.
    fn print_stream(&self, stream: &Stream) -> TokenStream {
        let name = render::name(&stream.name);
        let comment = streams::comment(self.scene, self.operation, stream);
        let deprecated = docs::deprecated(self.operation.deprecated);
        let arguments = self.arguments(Viewpoint::Root);
        let allow = too_many_arguments(arguments.len() + 1);
        let arguments = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
        let success = streams::success_type(self.scene, self.operation, stream);
        let failure = outcomes::failure_type(self.scene, &self.outcome.failure, Viewpoint::Root);
        let table = self.table(&accept(self.operation, |status, media| {
            stream.responses.iter().any(|(streamed, of)| *streamed == status && of == media.as_str())
        }));
        let table = quote!(static OPERATION: rt::Operation = #table;);
        let request = self.request();
        let (request_name, decode) = (self.local("request"), self.local("decode"));
        let streamed = stream.responses.iter().map(|(status, media)| {
            let status = status.to_string();
            quote!((#status, #media))
        });
        let stream_expression = streams::expression(stream);
        let failures = arms(self.failures());
        let undeclared = if self.outcome.failure.cases.is_empty() {
            quote!(response.undeclared())
        } else {
            quote! {
                match response.declared {
                    #(#failures)*
                    _ => response.undeclared(),
                }
            }
        };
        let call = call_type(quote!(StreamCall), &success, &self.outcome.failure, &failure);
        quote! {
            #comment
            #deprecated
            #allow
            #[inline]
            pub fn #name(&self, #(#arguments),*) -> #call {
                #table
                #request
                let #decode = |opened: rt::Opened| match opened {
                    rt::Opened::Stream(opened) => Ok(#stream_expression),
                    rt::Opened::Response(response) => #undeclared,
                };
                rt::open(&self.0, &OPERATION, #request_name, &[#(#streamed),*], #decode)
            }
        }
    }

    /// The method that returns the pages.
    fn print_pages(&self, pagination: &Pagination) -> Option<(TokenStream, Needs)> {
        let SideType::One(Payload::Json(page)) = &self.outcome.success.ty else { return None };
        let (name, of) = (render::name(&pagination.name), render::name(&self.operation.name));
        let comment = pages::comment(self.scene, self.operation, pagination);
        let deprecated = docs::deprecated(self.operation.deprecated);
        let arguments = self.arguments(Viewpoint::Root);
        let allow = too_many_arguments(arguments.len() + 1);
        let passed = arguments.iter().map(|(name, _)| name);
        let declared = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
        let success = outcomes::success_type(self.scene, &self.outcome.success, Viewpoint::Root);
        let failure = outcomes::failure_type(self.scene, &self.outcome.failure, Viewpoint::Root);
        let (item, needs, items) = pages::items(self.scene, page, pagination);
        let table = pages::table(pagination);
        let pages = call_type(quote!(rt::Pages), &quote!(#success, #item), &self.outcome.failure, &failure);
        let calls_deprecated = if self.operation.deprecated {
            quote!(#[allow(deprecated, reason = "both methods are deprecated")])
        } else {
            TokenStream::new()
        };
        let tokens = quote! {
            #comment
            #deprecated
            #calls_deprecated
            #allow
            #[inline]
            pub fn #name(&self, #(#declared),*) -> #pages {
                static PAGINATION: rt::Pagination = #table;
                rt::pages(self.#of(#(#passed),*), &PAGINATION, #items)
            }
        };
        Some((tokens, self.needs() | needs))
    }

    /// A name for a local variable, different from all arguments.
    fn local(&self, wanted: &str) -> Ident {
        let mut name = wanted.to_owned();
        while self.operation.parameters.iter().any(|parameter| parameter.required && parameter.name.rust == name) {
            name.push('_');
        }
        render::ident(&name)
    }

    fn required(&self) -> impl Iterator<Item = &Parameter> {
        self.operation.parameters.iter().filter(|parameter| parameter.required)
    }

    /// The body, if it is an argument, and whether it is required.
    fn body(&self) -> Option<(RequestBody<'_>, bool)> {
        let body = self.operation.body.as_ref()?;
        let content = RequestBody::of(body)?;
        (body.required || content.is_by_value()).then_some((content, body.required))
    }

    /// The arguments after `self`: name and type.
    fn arguments(&self, viewpoint: Viewpoint) -> Vec<(Ident, TokenStream)> {
        let mut arguments: Vec<(Ident, TokenStream)> = self
            .required()
            .map(|parameter| {
                (render::name(&parameter.name), params::borrowed_type(self.scene, &parameter.ty, viewpoint))
            })
            .collect();
        if let Some((body, is_required)) = self.body() {
            let ty = body.argument_type(self.scene, self.operation, viewpoint);
            let is_option = !is_required || body.is_nullable();
            arguments.push((self.local("body"), if is_option { quote!(Option<#ty>) } else { ty }));
        }
        if params::optional(self.operation).is_some() {
            let ty = self.scene.ours(&params::name(self.operation), viewpoint);
            arguments.push((self.local("params"), quote!(&#ty)));
        }
        arguments
    }

    /// The arguments of the example: name and type as text.
    fn example_arguments(&self) -> Vec<(String, String)> {
        let arguments = self.arguments(Viewpoint::Outside);
        arguments.iter().map(|(name, ty)| (name.to_string(), render::type_text(ty))).collect()
    }

    /// The value of the operation in the module `ops`.
    fn constant(&self) -> TokenStream {
        let operation = self.operation;
        let name = render::ident(&operation.names.constant);
        let line = docs::code(&format!("{} {}", operation.method.as_str(), operation.path));
        let method = &operation.name.rust;
        let comment = docs::comment(&[format!("{line}: [`Client::{method}`](super::Client::{method}).")]);
        let table = self.table(&accept(operation, |_, _| true));
        quote!(#comment pub static #name: &rt::Operation = &#table;)
    }

    /// The table of the operation, which is the same for every call.
    fn table(&self, accept: &str) -> TokenStream {
        let operation = self.operation;
        let id = &operation.name.wire;
        let method = operation.method.as_str();
        let path = &operation.path;
        let responses = self.responses();
        let rows = responses.iter().map(|(status, media)| quote!((#status, #media)));
        let alternatives = operation.security.iter().map(|requirement| {
            let schemes = requirement.schemes.iter().map(|index| Literal::usize_unsuffixed(*index));
            quote!(&[#(#schemes),*])
        });
        let schemes = operation_docs::schemes(self.scene, operation);
        let server = operation
            .server
            .as_ref()
            .and_then(|server| client::operation_servers(self.scene).iter().position(|(url, _)| *url == server.url));
        let server = match server.map(Literal::usize_unsuffixed) {
            Some(index) => quote!(Some(#index)),
            None => quote!(None),
        };
        quote! {
            rt::Operation {
                id: #id,
                method: #method,
                path: #path,
                server: #server,
                accept: #accept,
                security: &[#(#alternatives),*],
                schemes: #schemes,
                responses: &[#(#rows),*],
            }
        }
    }

    /// Every declared response once, the most specific status first.
    fn responses(&self) -> Vec<(String, String)> {
        let mut cases: Vec<&Case> = self.outcome.success.cases.iter().chain(&self.outcome.failure.cases).collect();
        cases.sort_by_key(|case| case.status);
        let mut responses = Vec::new();
        for case in cases {
            let key = key(case);
            if !responses.contains(&key) {
                responses.push(key);
            }
        }
        responses
    }

    /// The statements that build the request.
    fn request(&self) -> TokenStream {
        let request = self.local("request");
        let mut parts = self.operation.path_parts.iter().peekable();
        let first = match parts.peek() {
            Some(PathPart::Literal(text)) => {
                let text = path_text(text);
                parts.next();
                text
            }
            _ => String::new(),
        };
        let mut statements: Vec<TokenStream> = parts
            .map(|part| match part {
                PathPart::Literal(text) => {
                    let text = path_text(text);
                    quote!(#request.path(#text);)
                }
                PathPart::Parameter(index) => match self.operation.parameters.get(*index) {
                    Some(parameter) => {
                        let name = render::name(&parameter.name);
                        self.put(&request, parameter, quote!(#name), true)
                    }
                    None => TokenStream::new(),
                },
            })
            .collect();
        for parameter in self.required().filter(|parameter| parameter.location != ParameterLocation::Path) {
            let name = render::name(&parameter.name);
            statements.push(self.put(&request, parameter, quote!(#name), true));
        }
        if let Some(optional) = params::optional(self.operation) {
            let params = self.local("params");
            for parameter in optional.parameters {
                let name = render::name(&parameter.name);
                let put = self.put(&request, parameter, quote!(value), false);
                statements.push(quote!(if let Some(value) = &#params.#name { #put }));
            }
            if let Some((name, body)) = optional.body {
                let is_bytes = matches!(body, RequestBody::Single(BodyContent::Bytes(_)));
                let value = if is_bytes { quote!(value.clone()) } else { quote!(value) };
                let put = body.put(self.scene, self.operation, &request, value, false);
                statements.push(quote!(if let Some(value) = &#params.#name { #put }));
            }
        }
        if !self.operation.query.is_empty() {
            let query = &self.operation.query;
            statements.push(quote!(#request.fixed_query(#query);));
        }
        if let Some((body, is_required)) = self.body() {
            let name = self.local("body");
            let is_scalar = match &body {
                RequestBody::Single(BodyContent::Json(_, Some(ty))) => self.scene.is_scalar(ty.split_nullable().0),
                RequestBody::Single(BodyContent::Form(content)) => {
                    content.ty.as_ref().is_some_and(|ty| self.scene.is_scalar(ty))
                }
                _ => false,
            };
            let value = if is_scalar { quote!(&#name) } else { quote!(#name) };
            let put = body.put(self.scene, self.operation, &request, value, true);
            statements.push(match (&body, is_required) {
                (RequestBody::Single(BodyContent::Json(media, _)), true) if body.is_nullable() => quote! {
                    match #name {
                        Some(#name) => { #put }
                        None => #request.json(#media, &()),
                    }
                },
                (_, true) => put,
                (_, false) => quote!(if let Some(#name) = #name { #put }),
            });
        }
        if statements.is_empty() {
            quote!(let #request = rt::Request::to_path(#first);)
        } else {
            quote!(let mut #request = rt::Request::to_path(#first); #(#statements)*)
        }
    }

    /// The statement that sets a parameter. `value` is the argument, or a reference to the field.
    fn put(&self, request: &Ident, parameter: &Parameter, value: TokenStream, is_argument: bool) -> TokenStream {
        let put = self.put_visible(request, parameter, value.clone(), is_argument);
        if self.scene.is_secret(parameter.ty.split_nullable().0) {
            // Errors must not show them.
            quote!(#request.secrets(&rt::Exposed(#value)); #put)
        } else {
            put
        }
    }

    fn put_visible(
        &self,
        request: &Ident,
        parameter: &Parameter,
        value: TokenStream,
        is_argument: bool,
    ) -> TokenStream {
        let wire = &parameter.name.wire;
        let (ty, _) = parameter.ty.split_nullable();
        if let ParameterStyle::WholeQuery { is_json } = parameter.style {
            let value = if is_argument && self.scene.is_scalar(ty) { quote!(&#value) } else { value };
            let lent = self.scene.lent(ty, value.clone(), Viewpoint::Root);
            let text = if is_json { quote!(&rt::json_text(#lent)) } else { value };
            return quote!(#request.whole_query(#text););
        }
        if !self.is_simple(parameter) {
            return self.put_styled(request, parameter, value, is_argument);
        }
        let list = match (self.scene.resolved(ty), parameter.style) {
            (_, ParameterStyle::Json | ParameterStyle::WholeQuery { .. }) => None,
            (Type::Array(inner), _) => Some(inner),
            _ => None,
        };
        if let Some(inner) = list {
            let texts = self.texts(inner, &value);
            if matches!(self.scene.resolved(inner), Type::String(StringKind::Text { .. })) {
                return put_list(request, parameter, &value);
            }
            let values = self.local("values");
            let put = put_list(request, parameter, &quote!(&#values));
            return quote!(let #values: Vec<String> = #texts; #put);
        }
        let text = match parameter.style {
            ParameterStyle::Json => {
                let value = if is_argument && self.scene.is_scalar(ty) { quote!(&#value) } else { value };
                let value = if self.scene.is_secret(ty) { quote!(&rt::Exposed(#value)) } else { value };
                quote!(&rt::json_text(#value))
            }
            _ => self.text(ty, &value),
        };
        match parameter.location {
            ParameterLocation::Cookie if parameter.style == ParameterStyle::Cookie => {
                quote!(#request.cookie(#wire, #text);)
            }
            ParameterLocation::Path => quote!(#request.path_value(#wire, #text);),
            ParameterLocation::Query => quote!(#request.query(#wire, #text);),
            ParameterLocation::Header if self.scene.is_secret(ty) => quote!(#request.secret_header(#wire, #text);),
            ParameterLocation::Header => quote!(#request.header(#wire, #text);),
            ParameterLocation::Cookie => quote!(#request.cookie_value(#wire, #text);),
        }
    }

    /// Whether the parameter is a scalar or a list of scalars, in a style without special rules.
    fn is_simple(&self, parameter: &Parameter) -> bool {
        let (ty, _) = parameter.ty.split_nullable();
        if self.scene.holds_foreign(ty) {
            return false;
        }
        let is_simple = match (self.scene.resolved(ty), parameter.location) {
            // A cookie list is simple only if exploded. A list of secrets is not, because its header must be marked as
            // sensitive.
            (Type::Array(inner), ParameterLocation::Cookie) => {
                self.is_text(inner)
                    && matches!(parameter.style, ParameterStyle::Form { explode: true, .. } | ParameterStyle::Cookie)
            }
            (Type::Array(inner), ParameterLocation::Header) => self.is_text(inner) && !self.scene.is_secret(inner),
            (Type::Array(inner), _) => self.is_text(inner),
            _ => self.is_text(ty),
        };
        match parameter.style {
            ParameterStyle::Json | ParameterStyle::WholeQuery { .. } => true,
            ParameterStyle::Label { .. } | ParameterStyle::Matrix { .. } => false,
            ParameterStyle::Form { allow_reserved, .. } => is_simple && !allow_reserved,
            ParameterStyle::Simple { .. }
            | ParameterStyle::SpaceDelimited
            | ParameterStyle::PipeDelimited
            | ParameterStyle::Cookie
            | ParameterStyle::DeepObject => is_simple,
        }
    }

    /// Whether a value of this type is a single string on the wire.
    fn is_text(&self, ty: &Type) -> bool {
        match self.scene.resolved(ty) {
            Type::Boolean | Type::Integer(_) | Type::Number => true,
            Type::String(kind) => *kind != StringKind::Binary,
            Type::Named(id) => self.is_enumeration(*id),
            Type::Any | Type::Array(_) | Type::Tuple(_) | Type::Map(_) | Type::Nullable(_) | Type::Foreign(_) => false,
        }
    }

    fn is_enumeration(&self, id: TypeId) -> bool {
        matches!(self.scene.api.get(id).map(|def| &def.kind), Some(TypeKind::Enumeration(_)))
    }

    fn is_enumeration_of(&self, id: TypeId, of: EnumerationOf) -> bool {
        matches!(self.scene.api.get(id).map(|def| &def.kind), Some(TypeKind::Enumeration(values)) if values.of == of)
    }

    /// The statement for a parameter of any type in any style.
    fn put_styled(&self, request: &Ident, parameter: &Parameter, value: TokenStream, is_argument: bool) -> TokenStream {
        let (ty, _) = parameter.ty.split_nullable();
        let value = if is_argument && self.scene.is_scalar(ty) { quote!(&#value) } else { value };
        let is_secret = self.scene.is_secret(ty);
        let value = if is_secret { quote!(&rt::Exposed(#value)) } else { self.scene.lent(ty, value, Viewpoint::Root) };
        let location = match parameter.location {
            ParameterLocation::Path => quote!(Path),
            ParameterLocation::Query => quote!(Query),
            ParameterLocation::Header if is_secret => quote!(SecretHeader),
            ParameterLocation::Header => quote!(Header),
            ParameterLocation::Cookie => quote!(Cookie),
        };
        let literal = params::parameter_literal(&parameter.name.wire, location, parameter.style);
        quote!(#request.put(&#literal, #value);)
    }

    /// The expression of a value as `&str`.
    fn text(&self, ty: &Type, value: &TokenStream) -> TokenStream {
        match self.scene.resolved(ty) {
            Type::String(StringKind::Text { .. }) => value.clone(),
            Type::String(StringKind::Secret) => quote!(#value.expose_secret()),
            Type::Boolean | Type::Integer(_) | Type::Number => quote!(&#value.to_string()),
            Type::Named(id) if self.is_enumeration_of(*id, EnumerationOf::Texts) => quote!(#value.as_str()),
            Type::Named(id) if self.is_enumeration_of(*id, EnumerationOf::Integers) => quote!(&#value.to_string()),
            other if self.scene.is_secret(other) => {
                quote!(&rt::text(&rt::Exposed(#value)))
            }
            _ => quote!(&rt::text(#value)),
        }
    }

    /// The expression of a list of values as `Vec<String>`.
    fn texts(&self, inner: &Type, values: &TokenStream) -> TokenStream {
        let text = match self.scene.resolved(inner) {
            Type::String(StringKind::Text { .. }) => quote!(value.clone()),
            Type::String(StringKind::Secret) => quote!(value.expose_secret().to_owned()),
            Type::Boolean | Type::Integer(_) | Type::Number => quote!(value.to_string()),
            Type::Named(id) if self.is_enumeration(*id) => quote!(value.to_string()),
            other if self.scene.is_secret(other) => quote!(rt::text(&rt::Exposed(value))),
            _ => quote!(rt::text(value)),
        };
        quote!(#values.iter().map(|value| #text).collect())
    }

    /// The arms for the failures.
    fn failures(&self) -> impl Iterator<Item = ((String, String), TokenStream)> {
        let side = &self.outcome.failure;
        side.cases.iter().map(|case| (key(case), arm(self.scene, case, side, TokenStream::new(), quote!(failure))))
    }

    /// The closure that decodes the response, by status and media type.
    fn read(&self) -> TokenStream {
        let success = self.outcome.success.cases.iter().map(|case| {
            // If `default` is a success and a failure, the status decides.
            let both = case.status == Status::Default
                && self.outcome.failure.cases.iter().any(|other| other.status == Status::Default);
            let guard = if both { quote!(if response.is_success()) } else { TokenStream::new() };
            (key(case), arm(self.scene, case, &self.outcome.success, guard, quote!(success)))
        });
        let arms = arms(success.chain(self.failures()));
        if arms.is_empty() {
            return quote!(rt::Response::undeclared);
        }
        quote! {
            |response: rt::Response| match response.declared {
                #(#arms)*
                _ => response.undeclared(),
            }
        }
    }
}

/// The statement that sets a list. `texts` is a reference to the strings.
fn put_list(request: &Ident, parameter: &Parameter, texts: &TokenStream) -> TokenStream {
    let wire = &parameter.name.wire;
    match (parameter.location, parameter.style) {
        (ParameterLocation::Path, _) => quote!(#request.path_values(#wire, #texts);),
        (ParameterLocation::Header, _) => quote!(#request.header_values(#wire, #texts);),
        (ParameterLocation::Cookie, ParameterStyle::Cookie) => {
            quote!(for value in #texts { #request.cookie(#wire, value); })
        }
        (ParameterLocation::Cookie, _) => quote!(for value in #texts { #request.cookie_value(#wire, value); }),
        (ParameterLocation::Query, ParameterStyle::SpaceDelimited) => {
            quote!(#request.query_joined(#wire, #texts, "%20");)
        }
        (ParameterLocation::Query, ParameterStyle::PipeDelimited) => {
            quote!(#request.query_joined(#wire, #texts, "%7C");)
        }
        (
            ParameterLocation::Query,
            ParameterStyle::Form { explode: false, .. } | ParameterStyle::Simple { explode: false },
        ) => quote!(#request.query_joined(#wire, #texts, ",");),
        (
            ParameterLocation::Query,
            ParameterStyle::Form { explode: true, .. }
            | ParameterStyle::Simple { explode: true }
            | ParameterStyle::Label { .. }
            | ParameterStyle::Matrix { .. }
            | ParameterStyle::DeepObject
            | ParameterStyle::Cookie
            | ParameterStyle::WholeQuery { .. }
            | ParameterStyle::Json,
        ) => quote!(#request.query_repeated(#wire, #texts);),
    }
}

/// The return type of a method.
fn call_type(call: TokenStream, success: &TokenStream, side: &Side, failure: &TokenStream) -> TokenStream {
    match side.ty {
        SideType::Nothing => quote!(#call<#success>),
        _ => quote!(#call<#success, #failure>),
    }
}

/// The arms of the match, by status and media type. Neighbours of one media type with the same code are one arm.
fn arms(cases: impl Iterator<Item = ((String, String), TokenStream)>) -> Vec<TokenStream> {
    let mut arms: Vec<(Vec<String>, String, TokenStream)> = Vec::new();
    for ((status, media), code) in cases {
        match arms.last_mut() {
            Some((statuses, of, same)) if *of == media && same.to_string() == code.to_string() => statuses.push(status),
            _ => arms.push((vec![status], media, code)),
        }
    }
    arms.iter().map(|(statuses, media, code)| quote!((#(#statuses)|*, #media) #code,)).collect()
}

/// The guard and the code of an arm.
fn arm(scene: &Scene<'_>, case: &Case, side: &Side, guard: TokenStream, method: TokenStream) -> TokenStream {
    let read = match &case.payload {
        Payload::Unit => quote!(rt::Response::nothing),
        Payload::Json(_) => quote!(rt::Response::json),
        Payload::Text => quote!(rt::Response::text),
        Payload::Bytes => quote!(rt::Response::bytes),
    };
    let variant = variant(side, case);
    let into = match variant {
        None => quote!(rt::identity),
        Some((name, variant)) => {
            let (name, variant) = (render::ident(name), render::ident(&variant.name));
            if case.payload == Payload::Unit { quote!(|()| #name::#variant) } else { quote!(#name::#variant) }
        }
    };
    if let Some(adapter) = adapter(scene, case) {
        let into = match variant {
            None => quote!(value.0),
            Some((name, variant)) => {
                let (name, variant) = (render::ident(name), render::ident(&variant.name));
                quote!(#name::#variant(value.0))
            }
        };
        let read = quote!(rt::Response::json::<rt::As<_, #adapter>>);
        return quote!(#guard => response.#method(#read, |value| #into));
    }
    quote!(#guard => response.#method(#read, #into))
}

/// The variant for a response, with the name of its enum; `None` if the side has one type.
fn variant<'a>(side: &'a Side, case: &Case) -> Option<(&'a String, &'a Variant)> {
    match (&side.ty, case.variant) {
        (SideType::Enum { name, variants }, Some(index)) => variants.get(index).map(|variant| (name, variant)),
        _ => None,
    }
}

/// The adapter that decodes a body, if its type needs one.
fn adapter(scene: &Scene<'_>, case: &Case) -> Option<TokenStream> {
    match &case.payload {
        Payload::Json(ty) => scene.adapter(ty, Viewpoint::Root),
        Payload::Unit | Payload::Text | Payload::Bytes => None,
    }
}

/// The status and the media type of a declared response, as the table and the match have them.
fn key(case: &Case) -> (String, String) {
    let media = case.media.as_ref().map(|media| media.as_str().to_owned()).unwrap_or_default();
    (case.status.to_string(), media)
}

/// The header `Accept` (RFC 9110, section 12.5.1): the media types of the chosen successes, JSON first, and with a lower weight
/// those that only failures have, so that no server chooses one of them for a success. `*/*` is not added, because Rails
/// and ASP.NET then ignore the whole header.
fn accept(operation: &Operation, is_chosen: impl Fn(Status, &MediaType) -> bool) -> String {
    // A text with other characters is not a media type, and not a valid header value.
    let is_valid = |media: &&MediaType| media.as_str().chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let (mut chosen, mut left, mut failing) = (Vec::new(), Vec::new(), Vec::new());
    for success in operation.successes() {
        for media in success.contents.iter().map(|content| &content.media).filter(is_valid) {
            if is_chosen(success.status, media) { chosen.push(media) } else { left.push(media) }
        }
    }
    let failures = operation.failures();
    let failures = failures.iter().flat_map(|failure| &failure.contents).map(|content| &content.media).filter(is_valid);
    failing.extend(failures.filter(|media| !chosen.contains(media) && !left.contains(media)));
    for list in [&mut chosen, &mut failing] {
        list.sort_by_key(|media| !matches!(media, MediaType::Json(_)));
    }
    let weight = if chosen.is_empty() { "" } else { ";q=0.9" };
    let texts = chosen.iter().map(|media| media.as_str().to_owned());
    let mut texts: Vec<String> =
        texts.chain(failing.iter().map(|media| format!("{}{weight}", media.as_str()))).collect();
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts.join(", ")
}

/// A literal part of the path, with `?`, `#` and `\` percent-encoded, because they would end the path.
fn path_text(text: &str) -> String {
    text.replace('?', "%3F").replace('#', "%23").replace('\\', "%5C")
}
