//! The declared response headers of an operation.

use super::overrides::Named;
use super::{Lowering, docs};
use crate::ir::{EnumerationOf, Header, HeaderEncoding, StringKind, Type, TypeKind};
use crate::location::{Location, unescape};
use crate::names::{self, Wanted};
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// A header during collection: its name, its first location and its content.
pub(super) struct DeclaredHeader<'d> {
    wire: &'d str,
    node: Node<'d>,
    header: Header,
}

impl<'d> Lowering<'d> {
    /// Adds the headers of one response to those of the previous ones. Returns their names.
    pub(super) fn headers(
        &mut self,
        response: &Node<'d>,
        prefix: &str,
        found: &mut Vec<DeclaredHeader<'d>>,
    ) -> Option<Vec<String>> {
        let Some(headers) = response.get("headers") else { return Some(Vec::new()) };
        let mut own = Vec::new();
        for (wire, node) in self.collect(headers.entries())? {
            // `content` declares the media type.
            if wire.eq_ignore_ascii_case("content-type") {
                self.note(
                    NoteKind::ReservedHeader,
                    node.at(),
                    "the header `Content-Type` of a response, which OpenAPI ignores",
                );
                continue;
            }
            own.push(wire.to_owned());
            let node = self.collect(node.resolve(Section::Headers))?;
            let (ty, encoding) = self.header_type(&node, wire, prefix)?;
            match found.iter_mut().find(|known| known.wire.eq_ignore_ascii_case(wire)) {
                Some(known) if known.header.ty == ty => {}
                Some(known) => {
                    (known.header.ty, known.header.encoding) = (text(), HeaderEncoding::Text);
                    self.note(
                        NoteKind::HeaderText,
                        node.at(),
                        format!("the header `{wire}` has different types in different responses: it is kept as text"),
                    );
                }
                None => {
                    let name = names::value_name(wire);
                    let deprecated = self.collect(node.flag("deprecated"))?;
                    let docs = docs::clean(self.collect(node.text_at("description"))?.unwrap_or_default());
                    found.push(DeclaredHeader { wire, node, header: Header { name, ty, encoding, deprecated, docs } });
                }
            }
        }
        Some(own)
    }

    /// The headers with their Rust names.
    pub(super) fn named_headers(&mut self, found: Vec<DeclaredHeader<'d>>) -> Vec<Header> {
        let mut wanted: Vec<(&str, Option<(&'d str, Location)>)> = Vec::new();
        for declared in &found {
            let chosen = self.overrides.name(&declared.node, Named::Value);
            wanted.push((declared.wire, chosen.map(|name| (name, declared.node.original()))));
        }
        let given = self.overrides.value_names(&wanted, &["of"]);
        let mut headers = Vec::new();
        for ((declared, name), (_, chosen)) in found.iter().zip(given).zip(&wanted) {
            if chosen.is_none() {
                self.renamed(declared.node.at(), &declared.header.name.rust, &name.rust);
            }
            headers.push(Header { name, ..declared.header.clone() });
        }
        headers
    }

    fn header_type(&mut self, node: &Node<'d>, wire: &str, prefix: &str) -> Option<(Type, HeaderEncoding)> {
        // A header that operations share is not named after the first of them.
        let mut segments = node.at().pointer().split('/').skip(1);
        let wanted = Wanted::words(match (segments.next(), segments.next(), segments.next()) {
            (Some("components"), Some("headers"), Some(component)) => format!("{} header", unescape(component)),
            (Some("components"), Some(_), Some(component)) => format!("{} {wire}", unescape(component)),
            _ => format!("{prefix} {wire}"),
        });
        if let Some(content) = node.get("content") {
            for (media, entry) in self.collect(content.entries())? {
                if let (true, Some(schema)) = (super::media::is_json(media), entry.get("schema")) {
                    return Some((self.shared(&schema, &wanted)?, HeaderEncoding::Json));
                }
            }
            return Some((text(), HeaderEncoding::Text));
        }
        let Some(schema) = node.get("schema") else { return Some((text(), HeaderEncoding::Text)) };
        let ty = self.shared(&schema, &wanted)?.split_nullable().0.clone();
        match self.header_form(&ty, 0) {
            Some(HeaderEncoding::Text) if ty == Type::Any => Some((text(), HeaderEncoding::Text)),
            Some(encoding) => Some((ty, encoding)),
            None => {
                self.note(NoteKind::HeaderText, node.at(), format!("the header `{wire}` is kept as text"));
                Some((text(), HeaderEncoding::Text))
            }
        }
    }

    /// The type of a schema that several operations may share, lowered once.
    fn shared(&mut self, schema: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        if schema.reference().is_some() { self.schema(schema, wanted) } else { self.target(schema, wanted) }
    }

    /// How a value of this type is encoded in a header; `None` if it is not a string, a number, a boolean or a list of
    /// them.
    fn header_form(&self, ty: &Type, depth: usize) -> Option<HeaderEncoding> {
        const MOST: usize = 8;
        match ty {
            _ if depth > MOST => None,
            Type::Any | Type::String(StringKind::Text { .. } | StringKind::Secret) => Some(HeaderEncoding::Text),
            Type::Boolean | Type::Integer(_) | Type::Number => Some(HeaderEncoding::Json),
            Type::Array(item) => match self.header_form(item.split_nullable().0, depth + 1)? {
                HeaderEncoding::Text if **item != Type::Any => Some(HeaderEncoding::List { of_json: false }),
                HeaderEncoding::Json => Some(HeaderEncoding::List { of_json: true }),
                _ => None,
            },
            Type::Foreign(foreign) => self.header_form(&foreign.of, depth + 1),
            Type::Named(id) => match &self.types.get(id.0)?.kind {
                TypeKind::Enumeration(values) if values.of == EnumerationOf::Texts => Some(HeaderEncoding::Text),
                TypeKind::Enumeration(_) => Some(HeaderEncoding::Json),
                TypeKind::Alias(ty) => self.header_form(ty, depth + 1),
                TypeKind::Struct(_) | TypeKind::Union(_) => None,
            },
            Type::String(StringKind::Binary) | Type::Tuple(_) | Type::Map(_) | Type::Nullable(_) => None,
        }
    }
}

fn text() -> Type {
    Type::String(StringKind::Text { format: None })
}
