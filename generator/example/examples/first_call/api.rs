// What `openapi-smith generate pets.yaml --tag pets -o src/api.rs` writes.
include!(concat!(env!("OUT_DIR"), "/pets.rs"));
