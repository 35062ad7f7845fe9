//! Multipart forms (`multipart/form-data`): a struct of values and files for each.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::structs::{argument_type, takes_into, too_many_arguments};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, params, render, signatures};
use crate::ir::{Content, Field, FormMember, Kind, MediaType, Operation, StringKind, Type};
use crate::names::Scope;
use crate::signature::{GeneratedArgument, GeneratedValue};

/// The name of the struct.
pub(super) fn name(operation: &Operation) -> String {
    operation.names.form.clone()
}

/// The structs of all operations.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    let bodies = scene.api.operations.iter().filter_map(|operation| Some((operation, operation.body.as_ref()?)));
    bodies
        .flat_map(|(operation, body)| body.contents.iter().map(move |content| (operation, content)))
        .filter(|(_, content)| content.media == MediaType::Multipart)
        .flat_map(|(operation, content)| items(scene, operation, content))
        .collect()
}

/// How a member of a form becomes parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    /// A file.
    File,
    /// Any number of files.
    Files,
    /// A value.
    Value,
}

struct Member<'a> {
    field: &'a Field,
    ident: Ident,
    kind: FieldKind,
    /// Whether it has to be given; a list of files may always be empty.
    required: bool,
    content_type: Option<&'a str>,
}

impl<'a> Member<'a> {
    fn new(scene: &Scene<'_>, field: &'a Field, said: Option<&'a FormMember>) -> Self {
        let (ty, _) = field.ty.split_nullable();
        let is_binary = |ty: &Type| matches!(scene.resolved(ty), Type::String(StringKind::Binary));
        let is_file = said.is_some_and(|said| said.is_file);
        let kind = match scene.resolved(ty) {
            Type::Array(inner) if is_file || is_binary(inner) => FieldKind::Files,
            _ if is_file || is_binary(ty) => FieldKind::File,
            _ => FieldKind::Value,
        };
        Self {
            field,
            ident: render::name(&field.name),
            kind,
            required: field.required && kind != FieldKind::Files,
            // A list of media types, or a range, leaves it to the caller which it is.
            content_type: said.and_then(|said| said.content_type.as_deref()).filter(|text| !text.contains([',', '*'])),
        }
    }

    fn inner_type(&self, scene: &Scene<'_>) -> TokenStream {
        match self.kind {
            FieldKind::File => quote!(Part),
            FieldKind::Files => quote!(Vec<Part>),
            FieldKind::Value => scene.held(self.value_type(), Direction::Sent, Viewpoint::Root),
        }
    }

    /// The type of a value that is there.
    fn value_type(&self) -> &'a Type {
        self.field.ty.split_nullable().0
    }

    fn ty(&self, scene: &Scene<'_>) -> TokenStream {
        let inner = self.inner_type(scene);
        if self.required || self.kind == FieldKind::Files { inner } else { quote!(Option<#inner>) }
    }

    fn argument(&self, scene: &Scene<'_>) -> TokenStream {
        match self.kind {
            FieldKind::File => quote!(impl Into<Part>),
            FieldKind::Files => quote!(Vec<Part>),
            FieldKind::Value => argument_type(scene, self.value_type(), Direction::Sent, Viewpoint::Root),
        }
    }

    /// Whether the argument becomes the member by `into`.
    fn is_into(&self, scene: &Scene<'_>) -> bool {
        match self.kind {
            FieldKind::File => true,
            FieldKind::Files => false,
            FieldKind::Value => takes_into(scene, self.value_type()),
        }
    }

    /// The argument as the member.
    fn taken(&self, scene: &Scene<'_>) -> TokenStream {
        let ident = &self.ident;
        if self.is_into(scene) {
            quote!(#ident.into())
        } else if self.kind == FieldKind::Value && scene.is_large(self.value_type()) {
            quote!(Box::new(#ident))
        } else {
            quote!(#ident)
        }
    }

    /// Whether the argument is the member as it is.
    fn is_plain(&self, scene: &Scene<'_>) -> bool {
        let is_large = self.kind == FieldKind::Value && scene.is_large(self.value_type());
        !(self.is_into(scene) || is_large)
    }

    fn put(&self, scene: &Scene<'_>) -> TokenStream {
        let (ident, wire) = (&self.ident, &self.field.name.wire);
        let content_type = match self.content_type {
            Some(text) => quote!(Some(#text)),
            None => quote!(None),
        };
        match self.kind {
            FieldKind::File if self.required => quote!(parts.files(#wire, #content_type, [self.#ident]);),
            FieldKind::File | FieldKind::Files => quote!(parts.files(#wire, #content_type, self.#ident);),
            FieldKind::Value if scene.is_secret(&self.field.ty) => {
                quote!(parts.value(#wire, #content_type, &rt::Exposed(&self.#ident));)
            }
            FieldKind::Value => {
                let (inner, _) = self.field.ty.split_nullable();
                let given = if self.required { inner.clone() } else { Type::Nullable(Box::new(inner.clone())) };
                let value = scene.lent(&given, quote!(&self.#ident), Viewpoint::Root);
                quote!(parts.value(#wire, #content_type, #value);)
            }
        }
    }

    fn docs(&self) -> TokenStream {
        docs::field(self.field)
    }
}

/// The members of a form as data.
pub(super) fn arguments(scene: &Scene<'_>, content: &Content) -> Vec<GeneratedArgument> {
    let signature = |member: &Member<'_>| GeneratedArgument {
        name: if member.required { member.ident.clone() } else { setter(&member.ident) }.to_string(),
        wire: member.field.name.wire.clone(),
        pointer: content.origin.pointer().to_owned(),
        required: member.required,
        by_reference: false,
        value: match member.kind {
            FieldKind::File => GeneratedValue::File,
            FieldKind::Files => GeneratedValue::Files,
            FieldKind::Value => signatures::json(scene, &member.field.ty),
        },
    };
    members(scene, content).iter().map(signature).collect()
}

fn members<'a>(scene: &'a Scene<'_>, content: &'a Content) -> Vec<Member<'a>> {
    let fields: &[Field] = match content.ty.as_ref().map(|ty| scene.resolved(ty.split_nullable().0)) {
        Some(Type::Named(id)) => match scene.api.get(*id).map(|def| &def.kind) {
            Some(Kind::Struct(object)) => &object.fields,
            _ => &[],
        },
        _ => &[],
    };
    let said = |field: &Field| content.members.iter().find(|said| said.wire == field.name.wire);
    let fields = fields.iter().filter(|field| !field.read_only);
    fields.map(|field| Member::new(scene, field, said(field))).collect()
}

fn items(scene: &Scene<'_>, operation: &Operation, content: &Content) -> Vec<Item> {
    let members = members(scene, content);
    let rest = rest(&members);
    let name = render::ident(&name(operation));
    let comment = docs::comment(&[format!("The form body of [`Client::{}`].", operation.name.rust)]);
    let has_required = members.iter().any(|member| member.required);
    let derive = if has_required { quote!(#[derive(Debug)]) } else { quote!(#[derive(Debug, Default)]) };
    let declared = members.iter().map(|member| {
        let (docs, ident, ty) = (member.docs(), &member.ident, member.ty(scene));
        let deprecated = docs::deprecated(member.field.deprecated);
        quote!(#docs #deprecated pub #ident: #ty,)
    });
    let needs = scene.needs_of(members.iter().map(|member| &member.field.ty)) | Needs::PART | Needs::RUNTIME;
    let allow = needs.allowance();
    let item = quote! {
        #comment
        #allow
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#declared)*
            #rest: Vec<(String, Part)>,
        }
    };
    let lints = params::allowances(members.iter().map(|member| (&member.ident, member.field.deprecated)), needs);
    let head = format!("{}impl {name}", render::allow(&lints, "the names are the document's"));
    vec![Item::new(item, needs), render::impl_block(&head, methods(scene, &members), needs)]
}

/// The member for the parts that the document does not name.
fn rest(members: &[Member<'_>]) -> Ident {
    let taken: Vec<&str> = members.iter().map(|member| member.field.name.rust.as_str()).collect();
    render::ident(&Scope::new(&taken).claim("other_parts", "_"))
}

/// The setter of a member is called as it is, but for the names of other methods.
fn setter(member: &Ident) -> Ident {
    match member.to_string().as_str() {
        name @ ("new" | "with_part" | "into_parts" | "default" | "clone") => render::ident(&format!("{name}_")),
        _ => member.clone(),
    }
}

fn methods(scene: &Scene<'_>, members: &[Member<'_>]) -> Vec<TokenStream> {
    let rest = rest(members);
    let required: Vec<&Member<'_>> = members.iter().filter(|member| member.required).collect();
    let arguments = required.iter().map(|member| {
        let (ident, argument) = (&member.ident, member.argument(scene));
        quote!(#ident: #argument)
    });
    let initial = members.iter().map(|member| {
        let ident = &member.ident;
        if !member.required {
            return quote!(#ident: Default::default(),);
        }
        let taken = member.taken(scene);
        if member.is_plain(scene) { quote!(#ident,) } else { quote!(#ident: #taken,) }
    });
    let new = if required.is_empty() {
        quote! {
            /// An empty form.
            pub fn new() -> Self {
                Self::default()
            }
        }
    } else {
        let allow = too_many_arguments(required.len());
        quote! {
            /// A form with the required properties.
            #allow
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#initial)* #rest: Vec::new() }
            }
        }
    };
    let mut methods = vec![new];
    for member in members.iter().filter(|member| !member.required) {
        let (docs, ident, argument) = (member.docs(), &member.ident, member.argument(scene));
        let setter = setter(ident);
        let taken = member.taken(scene);
        let value = if member.kind == FieldKind::Files { taken } else { quote!(Some(#taken)) };
        let deprecated = docs::deprecated(member.field.deprecated);
        methods.push(quote! {
            #docs
            #deprecated
            #[must_use]
            pub fn #setter(mut self, #ident: #argument) -> Self {
                self.#ident = #value;
                self
            }
        });
    }
    let puts = members.iter().map(|member| member.put(scene));
    methods.push(quote! {
        /// Adds a part that the document does not declare.
        #[must_use]
        pub fn with_part(mut self, name: impl Into<String>, part: Part) -> Self {
            self.#rest.push((name.into(), part));
            self
        }
    });
    methods.push(quote! {
        fn into_parts(self) -> rt::Parts {
            let mut parts = rt::Parts::default();
            #(#puts)*
            parts.list.extend(self.#rest);
            parts
        }
    });
    methods
}
