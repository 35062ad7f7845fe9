//! Unions: an enum, and the code that chooses the branch of a value.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, enums, render, shapes};
use crate::ir::{
    Branch, Decision, EnumerationOf, JsonType, Otherwise, StringKind, Type, TypeDef, TypeId, TypeKind, Union,
};

/// The enum with `Serialize` and `Deserialize`.
pub(super) fn items(scene: &Scene<'_>, id: TypeId, def: &TypeDef, union: &Union, direction: Direction) -> Vec<Item> {
    let name = render::ident(scene.type_name(id, direction));
    let mut items = vec![declaration(scene, id, def, union, direction)];
    items.extend(debug_impl(union, &name));
    items.push(serialize(scene, union, &name));
    items.extend(deserialize(scene, id, union, &name));
    items.extend(from_branches(scene, id, direction, &name));
    let mut needs = scene.needs_of(union.branches.iter().map(|branch| &branch.ty)) | Needs::RUNTIME;
    if union.unknown.is_some() {
        needs = needs | Needs::SERDE_JSON;
    }
    items.into_iter().map(|tokens| Item::new(tokens, needs)).collect()
}

fn declaration(scene: &Scene<'_>, id: TypeId, def: &TypeDef, union: &Union, direction: Direction) -> TokenStream {
    let name = render::ident(scene.type_name(id, direction));
    let mut paragraphs =
        vec![docs::or_else(&def.docs, || format!("{}: one of several types.", docs::code(&def.name.wire)))];
    if direction == Direction::Request {
        paragraphs.push(format!("The request type; responses have [`{}`].", def.name.rust));
    }
    let comment = docs::comment(&paragraphs);
    let alias = if direction == Direction::Response { docs::alias(&def.name) } else { TokenStream::new() };
    let deprecated = docs::deprecated(def.deprecated);
    let own: &[&str] = if union.unknown.is_some() { &["Clone"] } else { &["Clone", "Debug"] };
    let derive = docs::derive(own, &["Debug", "Serialize", "Deserialize"], &def.derives);
    let branches = union.branches.iter().enumerate().map(|(index, branch)| {
        let variant = render::ident(&branch.name);
        let ty = scene.rust(&branch.ty, direction, Viewpoint::Types);
        let ty = if scene.facts.is_boxed(id, index) { quote!(Box<#ty>) } else { ty };
        let comment = docs::comment(&[branch_docs(&union.decision, branch)]);
        quote!(#comment #variant(#ty),)
    });
    let unknown = union.unknown.as_ref().map(|unknown| {
        let unknown = render::ident(unknown);
        quote! {
            /// Any other value.
            #unknown(serde_json::Value),
        }
    });
    let attributes = quote!(#comment #alias #deprecated #derive #[non_exhaustive]);
    enums::declaration(&attributes, &name, &quote!(#(#branches)* #unknown))
}

/// `Debug` by hand for unions that keep values of no branch, because such a value may contain a secret.
fn debug_impl(union: &Union, name: &Ident) -> Option<TokenStream> {
    let unknown = union.unknown.as_ref()?;
    let arms = union.branches.iter().map(|branch| enums::shown(&branch.name)).chain([enums::hidden(unknown)]);
    Some(enums::debug(name, "Does not show a value of no branch, since it may hold a secret.", arms))
}

/// Whether the union can be made from the value of a branch.
pub(super) fn has_conversions(scene: &Scene<'_>, id: TypeId) -> bool {
    !conversions(scene, id, Direction::Response).is_empty()
}

/// A conversion from the value of a branch.
struct Conversion {
    /// The type of the value.
    from: TokenStream,
    /// The variant.
    variant: Ident,
    /// The content of the variant, made from `value`.
    content: TokenStream,
}

/// The conversions from branches whose Rust types differ from each other.
fn conversions(scene: &Scene<'_>, id: TypeId, direction: Direction) -> Vec<Conversion> {
    let Some(TypeDef { kind: TypeKind::Union(union), derives, .. }) = scene.api.get(id) else { return Vec::new() };
    let derives_from = derives.iter().any(|path| path.rsplit("::").next().is_some_and(|name| name.trim() == "From"));
    if derives_from {
        return Vec::new();
    }
    // A user type may be the type of another branch under another name.
    let rust: Vec<Option<(Type, TokenStream)>> = union
        .branches
        .iter()
        .map(|branch| {
            let ty = scene.without_aliases(&branch.ty);
            let has_own_type = !matches!(ty, Type::Any | Type::Nullable(_)) && ty != Type::Named(id);
            let is_plain = has_own_type && !scene.holds_foreign(&ty);
            is_plain.then(|| (ty.clone(), scene.rust(&ty, direction, Viewpoint::Types)))
        })
        .collect();
    let texts: Vec<Option<String>> =
        rust.iter().map(|one| one.as_ref().map(|(_, tokens)| tokens.to_string())).collect();
    let is_enumeration = |ty: &Type| {
        let Type::Named(id) = ty else { return false };
        let kind = scene.api.get(*id).map(|def| &def.kind);
        matches!(kind, Some(TypeKind::Enumeration(values)) if values.of == EnumerationOf::Texts)
    };
    let is_text = |ty: &Type| matches!(ty, Type::String(StringKind::Text { .. })) || is_enumeration(ty);
    let has_one_text = rust.iter().flatten().filter(|(ty, _)| is_text(ty)).count() == 1
        && union.branches.iter().all(|branch| !scene.holds_foreign(&branch.ty));
    let mut found = Vec::new();
    for (index, (branch, one)) in union.branches.iter().zip(&rust).enumerate() {
        let Some((ty, from)) = one else { continue };
        let text = from.to_string();
        if texts.iter().flatten().filter(|other| **other == text).count() > 1 {
            continue;
        }
        let variant = render::ident(&branch.name);
        let is_boxed = scene.facts.is_boxed(id, index);
        let content = if is_boxed { quote!(Box::new(value)) } else { quote!(value) };
        found.push(Conversion { from: from.clone(), variant: variant.clone(), content });
        if has_one_text && is_text(ty) {
            found.push(Conversion { from: quote!(&str), variant, content: quote!(value.into()) });
        }
    }
    found
}

fn from_branches(scene: &Scene<'_>, id: TypeId, direction: Direction, name: &Ident) -> Vec<TokenStream> {
    let conversion = |Conversion { from, variant, content }: Conversion| {
        quote! {
            impl From<#from> for #name {
                #[inline]
                fn from(value: #from) -> Self {
                    Self::#variant(#content)
                }
            }
        }
    };
    conversions(scene, id, direction).into_iter().map(conversion).collect()
}

fn branch_docs(decision: &Decision, branch: &Branch) -> String {
    let list = |texts: &[String]| texts.iter().map(|text| docs::code(text)).collect::<Vec<_>>().join(" or ");
    match decision {
        Decision::Discriminator { property, .. } if !branch.discriminators.is_empty() => {
            format!("{} is {}.", docs::code(property), list(&branch.discriminators))
        }
        Decision::Discriminator { otherwise: Otherwise::Base(_) | Otherwise::Default(_), .. } => {
            "Any other value.".to_owned()
        }
        Decision::Discriminator { .. } | Decision::Shape => {
            format!("Values that match the schema {}.", docs::code(&branch.name))
        }
        Decision::JsonType => format!("Values of the JSON type of {}.", docs::code(&branch.name)),
    }
}

fn serialize(scene: &Scene<'_>, union: &Union, name: &Ident) -> TokenStream {
    let arms = union.branches.iter().map(|branch| {
        let variant = render::ident(&branch.name);
        if let Some((property, text)) = tag(scene, union, branch) {
            let value = scene.lent(&branch.ty, quote!(value), Viewpoint::Types);
            quote!(Self::#variant(value) => rt::union::tagged(#value, #property, #text, serializer),)
        } else if scene.is_secret(&branch.ty) {
            quote!(Self::#variant(value) => rt::serde::Serialize::serialize(&rt::Exposed(value), serializer),)
        } else if let Some(adapter) = scene.json_adapter(&branch.ty, Viewpoint::Types) {
            quote!(Self::#variant(value) => rt::Via::<#adapter>::serialize(value, serializer),)
        } else {
            quote!(Self::#variant(value) => rt::serde::Serialize::serialize(value, serializer),)
        }
    });
    let unknown = union.unknown.as_ref().map(|unknown| {
        let unknown = render::ident(unknown);
        quote!(Self::#unknown(value) => rt::serde::Serialize::serialize(value, serializer),)
    });
    quote! {
        impl rt::serde::Serialize for #name {
            fn serialize<S: rt::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#arms)*
                    #unknown
                }
            }
        }
    }
}

/// The discriminator's property and value, if serializing the branch alone would not write them.
fn tag<'a>(scene: &Scene<'_>, union: &'a Union, branch: &'a Branch) -> Option<(&'a str, &'a str)> {
    let Decision::Discriminator { property, otherwise, .. } = &union.decision else { return None };
    let text = branch.discriminators.first()?;
    // If the discriminator may be absent, a branch with an optional property writes it itself.
    let is_required = matches!(otherwise, Otherwise::Unknown);
    if let Type::Named(id) = scene.resolved(&branch.ty)
        && let Some(TypeKind::Struct(object)) = scene.api.get(*id).map(|def| &def.kind)
        && object
            .fields
            .iter()
            .any(|field| field.name.wire == *property && !field.read_only && (field.required || !is_required))
    {
        return None;
    }
    Some((property, text))
}

fn deserialize(scene: &Scene<'_>, id: TypeId, union: &Union, name: &Ident) -> Vec<TokenStream> {
    let decoder = Decoder { scene, id, union, label: name.to_string() };
    let (input, decision) = match &union.decision {
        Decision::Discriminator { property, otherwise, shared } => {
            (quote!(mut input), decoder.by_discriminator(property, *otherwise, *shared))
        }
        Decision::Shape => (quote!(input), decoder.by_shape("candidates")),
        Decision::JsonType => (quote!(input), decoder.by_json_type()),
    };
    let deserialize = quote! {
        impl<'de> rt::serde::Deserialize<'de> for #name {
            fn deserialize<D: rt::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                rt::union::decode(deserializer)
            }
        }
    };
    // A value that does not fit the branch of its discriminator is kept.
    let spare = match (&union.decision, &union.unknown) {
        (Decision::Discriminator { .. }, Some(unknown)) => {
            let unknown = render::ident(unknown);
            quote!(const SPARE: Option<rt::Spare<Self>> = Some(rt::Spare::new(Self::#unknown));)
        }
        _ => TokenStream::new(),
    };
    let union = quote! {
        impl<'de> rt::Union<'de> for #name {
            #spare

            fn from_input<I: rt::Input<'de>>(#input: I) -> Result<Self, I::Error> {
                #decision
            }
        }
    };
    vec![deserialize, union]
}

/// Prints how a union is decoded: from `input`, directly, or from `value`, which is the buffered input.
struct Decoder<'a> {
    scene: &'a Scene<'a>,
    id: TypeId,
    union: &'a Union,
    label: String,
}

impl Decoder<'_> {
    /// Decodes a branch directly.
    fn direct(&self, index: usize, branch: &Branch) -> TokenStream {
        let variant = render::ident(&branch.name);
        let is_boxed = self.scene.facts.is_boxed(self.id, index);
        let (inner, is_nullable) = self.scene.resolved(&branch.ty).split_nullable();
        let inner = self.scene.resolved(inner);
        if self.is_union(inner) {
            let decoded =
                if is_nullable { quote!(rt::union::or_null(input)) } else { quote!(rt::union::branch(input)) };
            return if is_boxed {
                quote!(#decoded.map(|value| Self::#variant(Box::new(value))))
            } else {
                quote!(#decoded.map(Self::#variant))
            };
        }
        if let Some(adapter) = self.scene.json_adapter(&branch.ty, Viewpoint::Types) {
            let decoded = quote!(rt::Via::<#adapter>::deserialize(input));
            return quote!(#decoded.map(Self::#variant));
        }
        let is_nesting = matches!(inner, Type::Named(id) if self.scene.facts.is_nesting(*id));
        if is_boxed && is_nesting && !is_nullable {
            return quote!(rt::Via::<rt::InBox>::deserialize(input).map(Self::#variant));
        }
        quote!(rt::serde::Deserialize::deserialize(input).map(Self::#variant))
    }

    /// Decodes a branch from the buffered value with this function of the runtime.
    fn buffered(&self, index: usize, branch: &Branch, read: &str) -> TokenStream {
        let variant = render::ident(&branch.name);
        let read = render::ident(read);
        let label = &branch.name;
        if self.scene.facts.is_boxed(self.id, index) {
            quote!(rt::union::#read(&value, #label).map(|value| Self::#variant(Box::new(value))))
        } else if let Some(adapter) = self.scene.json_adapter(&branch.ty, Viewpoint::Types) {
            let with = quote!(rt::As<_, #adapter>);
            quote!(rt::union::#read(&value, #label).map(|value: #with| Self::#variant(value.0)))
        } else {
            quote!(rt::union::#read(&value, #label).map(Self::#variant))
        }
    }

    fn is_union(&self, ty: &Type) -> bool {
        let Type::Named(id) = ty else { return false };
        matches!(self.scene.api.get(*id).map(|def| &def.kind), Some(TypeKind::Union(_)))
    }

    /// Decodes a value of no branch directly.
    fn direct_unknown(&self) -> TokenStream {
        self.unknown(quote!(rt::serde::Deserialize::deserialize(input)))
    }

    /// Decodes a value of no branch from the buffered value.
    fn buffered_unknown(&self) -> TokenStream {
        let label = &self.label;
        self.unknown(quote!(rt::union::read(&value, #label)))
    }

    fn unknown(&self, decoded: TokenStream) -> TokenStream {
        let label = &self.label;
        match &self.union.unknown {
            Some(unknown) => {
                let unknown = render::ident(unknown);
                quote!(#decoded.map(Self::#unknown))
            }
            None => quote!(rt::union::no_branch(#label)),
        }
    }

    fn by_discriminator(&self, property: &str, otherwise: Otherwise, shared: bool) -> TokenStream {
        let branches = &self.union.branches;
        let base = match otherwise {
            Otherwise::Base(index) => branches.get(index).map(|branch| (index, branch)),
            Otherwise::Unknown | Otherwise::Shape | Otherwise::Default(_) => None,
        };
        let named = |index: usize, branch: &Branch| {
            if shared { self.without_loss(index, branch) } else { self.direct(index, branch) }
        };
        let tagged = branches.iter().enumerate().filter(|(_, branch)| !branch.discriminators.is_empty());
        let arms = tagged.map(|(index, branch)| {
            let values = &branch.discriminators;
            let decoded = match base {
                // A value with the discriminator of a branch that it does not match belongs to the base.
                Some((base, of_base)) if base != index => {
                    let shape = shapes::expression(self.scene, &branch.ty);
                    let read = self.buffered(index, branch, "read");
                    let otherwise = self.buffered(base, of_base, "read_last");
                    quote!({
                        let value = rt::Input::buffer(input)?;
                        if rt::shape::fits(&value, &#shape) {
                            let read: Result<Self, I::Error> = #read;
                            if read.is_ok() {
                                return read;
                            }
                        }
                        #otherwise
                    })
                }
                _ => named(index, branch),
            };
            quote!(Some(#(#values)|*) => #decoded,)
        });
        let unknown = self.direct_unknown();
        let rest = match otherwise {
            Otherwise::Unknown => quote!(_ => #unknown,),
            Otherwise::Shape => {
                let by_shape = self.by_shape("exact_candidates");
                quote!(Some(_) => #unknown, None => { #by_shape })
            }
            Otherwise::Default(index) => {
                let decoded = branches.get(index).map_or(unknown, |branch| named(index, branch));
                quote!(_ => #decoded,)
            }
            Otherwise::Base(_) => {
                let decoded = base.map_or(unknown, |(index, branch)| self.direct(index, branch));
                quote!(_ => #decoded,)
            }
        };
        quote! {
            match rt::Input::discriminator(&mut input, #property)?.as_deref() {
                #(#arms)*
                #rest
            }
        }
    }

    /// Decodes this branch, unless it would lose a property that another branch declares.
    fn without_loss(&self, index: usize, branch: &Branch) -> TokenStream {
        let shapes = self.union.branches.iter().map(|branch| shapes::expression(self.scene, &branch.ty));
        let (read, unknown) = (self.buffered(index, branch, "read"), self.buffered_unknown());
        quote!({
            static BRANCHES: &[&rt::Shape] = &[#(&#shapes),*];
            let value = rt::Input::buffer(input)?;
            if rt::shape::keeps(&value, #index, BRANCHES) {
                let read: Result<Self, I::Error> = #read;
                if read.is_ok() {
                    return read;
                }
            }
            #unknown
        })
    }

    /// Decodes the nearest branch that can decode the value.
    fn by_shape(&self, choose: &str) -> TokenStream {
        let branches = &self.union.branches;
        let choose = render::ident(choose);
        let shapes = branches.iter().map(|branch| shapes::expression(self.scene, &branch.ty));
        let arms = branches.iter().enumerate().map(|(index, branch)| {
            let decoded = self.buffered(index, branch, "read");
            quote!(#index => #decoded,)
        });
        let unknown = self.buffered_unknown();
        // A `static`, because a table of references needs constants.
        quote! {
            static BRANCHES: &[&rt::Shape] = &[#(&#shapes),*];
            let value = rt::Input::buffer(input)?;
            for branch in rt::shape::#choose(&value, BRANCHES) {
                let read: Result<Self, I::Error> = match branch {
                    #(#arms)*
                    _ => break,
                };
                if read.is_ok() {
                    return read;
                }
            }
            #unknown
        }
    }

    fn by_json_type(&self) -> TokenStream {
        let mut arms = Vec::new();
        let mut rest = self.direct_unknown();
        let mut taken = Vec::new();
        for (index, branch) in self.union.branches.iter().enumerate() {
            let decoded = self.direct(index, branch);
            match branch.ty.json_types(&self.scene.api.types) {
                Some(mut types) => {
                    types.retain(|ty| !taken.contains(ty));
                    taken.extend(types.iter().copied());
                    let patterns = types.into_iter().map(json_type);
                    if patterns.len() > 0 {
                        arms.push(quote!(#(#patterns)|* => #decoded,));
                    }
                }
                // A union or any value: the branch takes the values that no other branch takes.
                None => rest = decoded,
            }
        }
        let rest = (taken.len() < 6).then(|| quote!(_ => #rest,));
        quote!(match rt::Input::json_type(&input) { #(#arms)* #rest })
    }
}

/// The pattern of a JSON type.
fn json_type(ty: JsonType) -> TokenStream {
    let name = render::ident(match ty {
        JsonType::Null => "Null",
        JsonType::Bool => "Boolean",
        JsonType::Number => "Number",
        JsonType::String => "String",
        JsonType::Array => "Array",
        JsonType::Object => "Object",
    });
    quote!(rt::JsonType::#name)
}
