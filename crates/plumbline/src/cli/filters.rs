//! The hosts that a list shows: the parameters of the API's list, as options.

use clap::{Args, builder::PossibleValuesParser};
use inventory::api::{
    ordering::HOST_KEYS,
    selection::{PROVIDERS, REPORTERS, STATES, TYPES},
};

/// Which hosts, in which order. Options of different kinds must all hold; of one that is given several times one is
/// enough.
#[derive(Debug, Clone, Default, Args)]
pub struct Filters {
    /// Only those for which this is true: `os:"RHEL 9" and not state:stale`. The book names the fields and operators.
    #[arg(value_name = "QUESTION", help_heading = "Which hosts")]
    pub question: Option<String>,
    /// Only names that contain this, in any case; `*` stands for any text.
    #[arg(long, value_name = "TEXT", help_heading = "Which hosts")]
    pub display_name: Option<String>,
    /// Only the host with this full name.
    #[arg(long, value_name = "NAME", help_heading = "Which hosts")]
    pub fqdn: Option<String>,
    /// Only display names and full names that contain this, or the host with this id.
    #[arg(long, value_name = "TEXT", help_heading = "Which hosts")]
    pub hostname_or_id: Option<String>,
    /// Only the host with this insights id.
    #[arg(long, value_name = "UUID", help_heading = "Which hosts")]
    pub insights_id: Option<String>,
    /// Only the host with this subscription manager id.
    #[arg(long, value_name = "UUID", help_heading = "Which hosts")]
    pub subscription_manager_id: Option<String>,
    /// Only the machine that its cloud calls so.
    #[arg(long, value_name = "ID", help_heading = "Which hosts")]
    pub provider_id: Option<String>,
    /// Only machines of this cloud.
    #[arg(long, value_name = "CLOUD", help_heading = "Which hosts", value_parser = PossibleValuesParser::new(PROVIDERS))]
    pub provider_type: Option<String>,
    /// Only those written at or after this time (ISO 8601).
    #[arg(long, value_name = "TIME", help_heading = "Which hosts")]
    pub updated_start: Option<String>,
    /// Only those written at or before this time.
    #[arg(long, value_name = "TIME", help_heading = "Which hosts")]
    pub updated_end: Option<String>,
    /// Only those that reported at or after this time.
    #[arg(long, value_name = "TIME", help_heading = "Which hosts")]
    pub last_check_in_start: Option<String>,
    /// Only those that reported at or before this time.
    #[arg(long, value_name = "TIME", help_heading = "Which hosts")]
    pub last_check_in_end: Option<String>,
    /// Only those in the group of this name; an empty one means no group. May be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Which hosts")]
    pub group_name: Vec<String>,
    /// Only those in this group. May be given several times.
    #[arg(long, value_name = "UUID", help_heading = "Which hosts")]
    pub group_id: Vec<String>,
    /// Only those of this age. May be given several times.
    #[arg(long, value_name = "AGE", help_heading = "Which hosts", value_parser = PossibleValuesParser::new(STATES))]
    pub staleness: Vec<String>,
    /// Only those with this tag: `[namespace/]key[=value]`. May be given several times.
    #[arg(long, value_name = "TAG", help_heading = "Which hosts")]
    pub tags: Vec<String>,
    /// Only those that this reporter reports; with `!` those that it does not. May be given several times.
    #[arg(long, value_name = "REPORTER", help_heading = "Which hosts", value_parser = PossibleValuesParser::new(REPORTERS))]
    pub registered_with: Vec<String>,
    /// Only those of this type. May be given several times.
    #[arg(long, value_name = "TYPE", help_heading = "Which hosts", value_parser = PossibleValuesParser::new(TYPES))]
    pub system_type: Vec<String>,
    /// By what they are ordered [default: updated].
    #[arg(long, value_name = "KEY", help_heading = "In which order", value_parser = PossibleValuesParser::new(HOST_KEYS))]
    pub order_by: Option<String>,
    /// In which direction.
    #[arg(
        long,
        value_name = "HOW",
        help_heading = "In which order",
        requires = "order_by",
        ignore_case = true,
        value_parser = PossibleValuesParser::new(["ASC", "DESC"])
    )]
    pub order_how: Option<String>,
}

impl Filters {
    /// The same as parameters of the API's list.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let one = [
            ("display_name", &self.display_name),
            ("fqdn", &self.fqdn),
            ("hostname_or_id", &self.hostname_or_id),
            ("insights_id", &self.insights_id),
            ("subscription_manager_id", &self.subscription_manager_id),
            ("provider_id", &self.provider_id),
            ("provider_type", &self.provider_type),
            ("updated_start", &self.updated_start),
            ("updated_end", &self.updated_end),
            ("last_check_in_start", &self.last_check_in_start),
            ("last_check_in_end", &self.last_check_in_end),
            ("order_by", &self.order_by),
            ("q", &self.question),
        ];
        let many = [
            ("group_name", &self.group_name),
            ("group_id", &self.group_id),
            ("staleness", &self.staleness),
            ("tags", &self.tags),
            ("registered_with", &self.registered_with),
            ("system_type", &self.system_type),
        ];
        let one = one.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let many =
            many.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value.clone())));
        let how = self.order_how.as_ref().map(|how| ("order_how", how.to_ascii_uppercase()));
        one.chain(many).chain(how).collect()
    }
}
