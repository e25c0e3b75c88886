//! A view as answers show it.

use ground::{OrgId, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

use super::person::Person;
use crate::{
    api::{errors::Failure, group_out::shown, host_page::raw},
    store::View,
};

/// The id of the view that everybody has.
pub const ALL_SYSTEMS: Uuid = uuid!("00000000-0000-4000-8000-0000a1157575");
/// 2026-05-01T00:00:00Z, before any other: it comes last in lists.
const ALL_SYSTEMS_MADE: Timestamp = Timestamp::from_micros(1_777_593_600_000_000);
const ALL_SYSTEMS_CONFIGURATION: &str = r#"{"columns":[{"key":"display_name"},{"key":"group_name"},{"key":"operating_system"},{"key":"last_check_in"}]}"#;

/// A view that a person may see.
#[derive(Debug)]
pub enum Shown {
    /// The one that everybody has.
    Everybodys(View),
    /// One that somebody saved.
    Saved(View),
}

/// A saved view of hosts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewOut<'a> {
    /// Its id.
    pub id: Uuid,
    /// The organisation; null for the view that everybody has.
    #[schema(value_type = Option<String>)]
    pub org_id: Option<&'a OrgId>,
    /// 1 to 255 characters; names need not differ.
    pub name: &'a str,
    /// What it is for.
    pub description: Option<&'a str>,
    /// Whether it is the view that everybody has.
    pub is_system_view: bool,
    /// Columns, order and filters.
    #[schema(value_type = Object)]
    pub configuration: Box<RawValue>,
    /// Whether everybody in the organisation sees it.
    pub org_wide: bool,
    /// Whether the caller saved it.
    pub is_owner: bool,
    /// The user id of who saved it.
    pub created_by: Option<&'a str>,
    /// When it was saved first.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was changed last.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl Shown {
    /// The view that everybody has.
    pub fn everybodys() -> Self {
        Self::Everybodys(View {
            id: ALL_SYSTEMS,
            name: "All Systems".to_owned(),
            description: None,
            configuration: ALL_SYSTEMS_CONFIGURATION.to_owned(),
            org_wide: false,
            created_by: String::new(),
            created: ALL_SYSTEMS_MADE,
            updated: ALL_SYSTEMS_MADE,
        })
    }

    /// What is shown, whoever has it.
    pub fn view(&self) -> &View {
        match self {
            Self::Everybodys(view) | Self::Saved(view) => view,
        }
    }

    /// As the person sees it.
    pub fn out<'a>(&'a self, person: &Person<'a>) -> Result<ViewOut<'a>, Failure> {
        let view = self.view();
        let is_saved = matches!(self, Self::Saved(_));
        Ok(ViewOut {
            id: view.id,
            org_id: is_saved.then_some(person.viewer().org),
            name: &view.name,
            description: view.description.as_deref(),
            is_system_view: !is_saved,
            configuration: raw(view.configuration.clone())?,
            org_wide: view.org_wide,
            is_owner: is_saved && person.owns(&view.created_by),
            created_by: is_saved.then_some(view.created_by.as_str()),
            created_at: view.created,
            updated_at: view.updated,
        })
    }
}
