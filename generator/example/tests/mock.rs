//! Tests of a program without a server: `docs/testing.md` quotes them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::error::Error;
use std::time::Duration;

use openapi_smith_runtime::testing::{MockTransport, Reply};
use openapi_smith_runtime::{RetryPolicy, TransportErrorKind};
use pets_example::api::types::{Clash, Kind, Pet, PetRequest, Refusal};
use pets_example::api::{AddPetFailure, Client, ListPetsParams, ops};

fn pet(id: i64, name: &str) -> Pet {
    Pet::new(id, name, Kind::Parrot)
}

#[tokio::test]
async fn parrots_are_listed() -> Result<(), Box<dyn Error>> {
    let mock = MockTransport::new();
    mock.on(ops::LIST_PETS).respond(200, &[pet(1, "Rio")])?;

    let shop = Client::builder("https://pets.example.com/v1").transport(mock.clone()).build()?;
    let pets = shop.list_pets(&ListPetsParams::default().kind(Kind::Parrot)).await?;

    assert_eq!(pets[0].name, "Rio");
    let [request] = mock.requests_of(ops::LIST_PETS).try_into().unwrap();
    assert_eq!(request.query("kind"), Ok(Some(Kind::Parrot)));
    mock.verify()?;
    Ok(())
}

#[tokio::test]
async fn a_conflict_is_typed() -> Result<(), Box<dyn Error>> {
    let mock = MockTransport::new();
    mock.on(ops::ADD_PET).respond(409, &Clash::new(pet(7, "Polly")))?;

    let shop = Client::builder("https://pets.example.com/v1").transport(mock.clone()).build()?.with_token("t0ken");
    let error = shop.add_pet(&PetRequest::new("Polly", Kind::Parrot)).await.unwrap_err();

    let pets_example::api::Error::Failure(failure) = error else { panic!("{error}") };
    assert!(matches!(failure.value(), AddPetFailure::Conflict(clash) if clash.existing.id == 7));
    assert_eq!(mock.requests()[0].json::<PetRequest>()?.name, "Polly");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_busy_shop_is_asked_again() -> Result<(), Box<dyn Error>> {
    let mock = MockTransport::new();
    mock.on(ops::LIST_PETS).respond(503, &Refusal::new("closed"))?;
    mock.on(ops::LIST_PETS).fail(TransportErrorKind::Lost);
    mock.on(ops::LIST_PETS).respond_with(Reply::json(200, &["no pet"]).after(Duration::from_secs(60)))?;

    let shop = Client::builder("https://pets.example.com/v1")
        .transport(mock.clone())
        .timeout(Duration::from_secs(5))
        .retry(RetryPolicy::new())
        .build()?;
    let error = shop.list_pets(&ListPetsParams::default()).await.unwrap_err();

    assert!(error.is_timeout(), "the third attempt takes a minute, by a clock that does not wait");
    assert_eq!(mock.requests().len(), 3);
    Ok(())
}

#[tokio::test]
async fn mistakes_of_a_test_are_reported() -> Result<(), Box<dyn Error>> {
    let mock = MockTransport::new();
    mock.on(ops::ADD_PET).respond(201, &pet(1, "Rio"))?;
    let media = mock.on(ops::LIST_PETS).respond_with(Reply::text(200, "text/html", "<p>"));
    assert_eq!(
        media.unwrap_err().to_string(),
        "`listPets` declares no response 200 as text/html; it declares: 200 as application/json, \
         default as application/json; `respond_undeclared` sends any response"
    );

    let shop = Client::builder("https://pets.example.com/v1").transport(mock).build()?;
    let error = shop.get_pet(7).await.unwrap_err();
    assert_eq!(error.to_string(), "unexpected call of `getPet` (GET /pets/{petId}); expected: `addPet`");
    Ok(())
}

/// The functions of `src/cookbook.rs`, which other pages quote.
mod cookbook {
    use super::*;
    use pets_example::cookbook;

    #[tokio::test]
    async fn all_pages_are_read() -> Result<(), Box<dyn Error>> {
        let mock = MockTransport::new();
        mock.on(ops::LIST_PETS).respond(200, &[pet(1, "Tom")])?;
        mock.on(ops::LIST_PETS).respond(503, &Refusal::new("busy"))?;
        mock.on(ops::LIST_PETS).respond(200, &[pet(2, "Rio")])?;
        mock.on(ops::LIST_PETS).respond(200, &[] as &[Pet])?;
        let shop = Client::builder("https://pets.example.com/v1").transport(mock.clone()).build()?;
        assert_eq!(cookbook::names(&shop).await?, ["Tom", "Rio"]);
        let pages: Vec<Option<i32>> = mock.requests().iter().map(|sent| sent.query("page").unwrap()).collect();
        assert_eq!(pages, [None, Some(2), Some(2), Some(3)], "the second page was asked for twice");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn news_survive_a_lost_connection() -> Result<(), Box<dyn Error>> {
        let mock = MockTransport::new();
        let event =
            |id: i64, name: &str| format!("id: {id}\ndata: {{\"id\":{id},\"name\":\"{name}\",\"kind\":\"cat\"}}\n\n");
        mock.on(ops::WATCH_PETS).respond_with(Reply::text(200, "text/event-stream", &event(1, "Tom")).cut())?;
        mock.on(ops::WATCH_PETS).respond_with(Reply::text(200, "text/event-stream", &event(2, "Kit")))?;
        let shop = Client::builder("https://pets.example.com/v1").transport(mock.clone()).build()?;
        assert_eq!(cookbook::news(&shop).await?, ["1: Tom", "2: Kit"]);
        assert_eq!(mock.requests()[1].header("last-event-id"), Some("1"));
        Ok(())
    }
}
