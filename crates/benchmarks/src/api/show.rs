//! What answers show of each thing (contract benchmarks §7.8): members in the order of their names, null ones left out.

use ground::Timestamp;

use crate::{
    rules::{json::write_text, moment},
    store::{
        claims::Claim,
        entries::{Benchmark, Flavor, Site},
        results::StoredResult,
        tags::Tag,
        users::User,
    },
};

/// An object in the making; members are given in the order of their names.
#[derive(Debug, Default)]
pub struct Object(String);

impl Object {
    fn name(&mut self, name: &str) -> &mut String {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        write_text(&mut self.0, name);
        self.0.push(':');
        &mut self.0
    }

    /// A text.
    pub fn text(&mut self, name: &str, text: &str) -> &mut Self {
        write_text(self.name(name), text);
        self
    }

    /// A text, where there is one.
    pub fn optional(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.text(name, text);
        }
        self
    }

    /// A whole number.
    pub fn int(&mut self, name: &str, number: i64) -> &mut Self {
        self.raw(name, &number.to_string())
    }

    /// A truth value.
    pub fn bool(&mut self, name: &str, truth: bool) -> &mut Self {
        self.raw(name, if truth { "true" } else { "false" })
    }

    /// A point in time.
    pub fn time(&mut self, name: &str, at: Timestamp) -> &mut Self {
        self.text(name, &moment::show(at))
    }

    /// JSON as it is.
    pub fn raw(&mut self, name: &str, json: &str) -> &mut Self {
        self.name(name).push_str(json);
        self
    }

    /// The text of the object.
    pub fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

/// A benchmark.
pub fn benchmark(benchmark: &Benchmark) -> String {
    let mut object = Object::default();
    object
        .optional("description", benchmark.description.as_deref())
        .text("docker_image", &benchmark.image)
        .text("docker_tag", &benchmark.tag)
        .text("id", &benchmark.id.to_string())
        .raw("json_schema", &benchmark.schema)
        .time("upload_datetime", benchmark.uploaded)
        .text("url", &benchmark.url);
    object.finish()
}

/// A site.
pub fn site(site: &Site) -> String {
    let mut object = Object::default();
    object
        .text("address", &site.address)
        .optional("description", site.description.as_deref())
        .text("id", &site.id.to_string())
        .text("name", &site.name)
        .time("upload_datetime", site.uploaded);
    object.finish()
}

/// A flavor.
pub fn flavor(flavor: &Flavor) -> String {
    let mut object = Object::default();
    object
        .optional("description", flavor.description.as_deref())
        .text("id", &flavor.id.to_string())
        .text("name", &flavor.name)
        .time("upload_datetime", flavor.uploaded);
    object.finish()
}

/// A tag.
pub fn tag(tag: &Tag) -> String {
    let mut object = Object::default();
    object
        .optional("description", tag.description.as_deref())
        .text("id", &tag.id.to_string())
        .text("name", &tag.name);
    object.finish()
}

/// A user.
pub fn user(user: &User) -> String {
    let mut object = Object::default();
    object
        .text("email", &user.email)
        .text("iss", &user.iss)
        .time("registration_datetime", user.registered)
        .text("sub", &user.sub);
    object.finish()
}

/// A result, with all that belongs to it.
pub fn result(result: &StoredResult) -> String {
    let tags: Vec<String> = result.tags.iter().map(tag).collect();
    let mut object = Object::default();
    object
        .raw("benchmark", &benchmark(&result.benchmark))
        .time("execution_datetime", result.executed)
        .raw("flavor", &flavor(&result.flavor))
        .text("id", &result.id.to_string())
        .raw("json", &result.document)
        .raw("site", &site(&result.site))
        .raw("tags", &format!("[{}]", tags.join(",")))
        .time("upload_datetime", result.uploaded);
    object.finish()
}

/// A claim; the result that it is about, while that exists.
pub fn claim(claim: &Claim) -> String {
    let mut object = Object::default();
    object
        .text("id", &claim.id.to_string())
        .text("message", &claim.message)
        .optional("resource_id", claim.result.map(|id| id.to_string()).as_deref())
        .text("resource_type", "result")
        .time("upload_datetime", claim.uploaded)
        .raw("uploader", &user(&claim.uploader));
    object.finish()
}
