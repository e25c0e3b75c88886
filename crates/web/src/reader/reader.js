"use strict";
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
let api = {};

// Everything from the document enters the page as text.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== ""));
  return element;
}

function resolve(node) {
  for (let depth = 0; node && node.$ref && depth < 20; depth += 1) {
    if (!node.$ref.startsWith("#/")) return node;
    const path = node.$ref.slice(2).split("/").map(part => part.replace(/~1/g, "/").replace(/~0/g, "~"));
    node = path.reduce((at, part) => (at === undefined ? undefined : at[part]), api);
  }
  return node || {};
}

function nameOf(reference) {
  return decodeURIComponent(reference.split("/").pop());
}

function schemaId(name) {
  return "schema-" + name.replace(/[^A-Za-z0-9_-]/g, "-");
}

// One line on a schema: its type, its limits, and links to named schemas.
function brief(schema) {
  if (!schema) return [make("span", {class: "quiet"}, "any")];
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return [make("a", {href: "#" + schemaId(name)}, name)];
  }
  for (const [key, word] of [["oneOf", " or "], ["anyOf", " or "], ["allOf", " and "]]) {
    if (Array.isArray(schema[key])) {
      return schema[key].flatMap((part, i) => (i ? [word, ...brief(part)] : brief(part)));
    }
  }
  const kind = [].concat(schema.type || (schema.properties ? "object" : "any")).join(" or ");
  const out = [];
  if (kind === "array") out.push("list of ", ...brief(schema.items));
  else out.push(kind + (schema.format ? " (" + schema.format + ")" : ""));
  const notes = [];
  if (schema.nullable) notes.push("or null");
  if (schema.enum) notes.push("one of " + schema.enum.map(item => JSON.stringify(item)).join(", "));
  const ranges = [["minimum", "from "], ["maximum", "to "], ["minLength", "length from "], ["maxLength", "length to "],
    ["minItems", "items from "], ["maxItems", "items to "], ["pattern", "pattern "]];
  for (const [key, word] of ranges) if (schema[key] !== undefined) notes.push(word + schema[key]);
  if (schema.default !== undefined) notes.push("default " + JSON.stringify(schema.default));
  if (notes.length) out.push(make("span", {class: "quiet"}, "; " + notes.join("; ")));
  return out;
}

// The members of a schema, as a list of lists. Named schemas are links, so nothing goes round in circles.
function fields(schema, depth) {
  if (!schema || schema.$ref || depth > 6) return null;
  const inner = schema.type === "array" ? schema.items : schema;
  if (!inner || inner.$ref) return null;
  const parts = [].concat(inner.allOf || [], inner.oneOf || [], inner.anyOf || []);
  const lists = parts.map(part => fields(part, depth + 1));
  const properties = Object.entries(inner.properties || {});
  if (properties.length) {
    const required = inner.required || [];
    lists.push(make("ul", {class: "fields"}, properties.map(([name, property]) => make("li", {},
      make("code", {}, name), required.includes(name) ? " (required) " : " ", brief(property),
      property.description ? make("p", {class: "quiet"}, property.description) : null,
      fields(property, depth + 1)))));
  }
  const found = lists.filter(Boolean);
  return found.length ? make("div", {}, found) : null;
}

function table(caption, headings, rows) {
  if (!rows.length) return null;
  return make("div", {}, make("h3", {}, caption), make("div", {class: "scroll", tabindex: "0", role: "region",
    "aria-label": caption}, make("table", {},
    make("thead", {}, make("tr", {}, headings.map(text => make("th", {scope: "col"}, text)))),
    make("tbody", {}, rows.map(cells => make("tr", {}, cells.map(cell => make("td", {}, cell))))))));
}

function content(of) {
  return Object.entries((of && of.content) || {}).map(([kind, media]) => make("div", {},
    make("p", {}, make("code", {}, kind), " ", brief(media.schema)), fields(media.schema, 0)));
}

function operation(path, method, shared, op) {
  const parameters = [...(shared || []), ...(op.parameters || [])].map(resolve);
  const body = op.requestBody ? resolve(op.requestBody) : null;
  const responses = Object.entries(op.responses || {}).map(([status, response]) => [status, resolve(response)]);
  const head = make("summary", {}, make("span", {class: "method " + method}, method.toUpperCase()), " ",
    make("span", {class: op.deprecated ? "path old" : "path"}, path), " ",
    make("span", {class: "quiet"}, op.summary || op.operationId || "", op.deprecated ? " (deprecated)" : ""));
  const inside = make("div", {}, op.description ? make("p", {}, op.description) : null,
    table("Parameters", ["Name", "In", "Type", "Meaning"], parameters.map(parameter => [
      [make("code", {}, parameter.name || "?"), parameter.required ? " (required)" : ""],
      [parameter.in || ""], brief(parameter.schema), [parameter.description || ""]])),
    body ? make("div", {}, make("h3", {}, "Body"), body.description ? make("p", {}, body.description) : null,
      content(body)) : null,
    table("Answers", ["Status", "Meaning"], responses.map(([status, response]) => [
      [make("code", {}, status)], [response.description || "", content(response)]])));
  const text = [method, path, op.summary, op.operationId].join(" ").toLowerCase();
  return make("details", {class: "op", "data-text": text}, head, inside);
}

function operations() {
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths || {})) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const tag = (item[method].tags || ["Operations"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(path, method, item.parameters, item[method]));
    }
  }
  return [...groups].map(([tag, list]) => make("section", {}, make("h2", {}, tag), list));
}

function schemas() {
  const all = Object.entries((api.components && api.components.schemas) || {});
  if (!all.length) return [];
  return [make("section", {}, make("h2", {}, "Schemas"), all.map(([name, schema]) =>
    make("details", {class: "schema", id: schemaId(name), "data-text": name.toLowerCase()},
      make("summary", {}, make("code", {}, name)),
      make("div", {}, schema.description ? make("p", {}, schema.description) : null,
        make("p", {}, brief(schema)), fields(schema, 0)))))];
}

function filter() {
  const words = document.getElementById("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const section of document.querySelectorAll("section")) {
    let any = false;
    for (const entry of section.querySelectorAll(":scope > details")) {
      const hit = words.every(word => entry.dataset.text.includes(word));
      entry.hidden = !hit;
      any = any || hit;
      if (hit) shown += 1;
    }
    section.hidden = !any;
  }
  document.getElementById("found").textContent = words.length ? shown + " found" : "";
}

function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || target.tagName !== "DETAILS") return;
  document.getElementById("find").value = "";
  filter();
  target.open = true;
  target.querySelector("summary").focus();
  target.scrollIntoView();
}

async function begin() {
  try {
    const answer = await fetch("../openapi.json");
    if (!answer.ok) throw new Error("status " + answer.status);
    api = await answer.json();
  } catch (error) {
    document.getElementById("about").textContent = "The document cannot be read: " + error.message;
    return;
  }
  const info = api.info || {};
  document.title = info.title || "API";
  document.getElementById("title").textContent = [info.title || "API", info.version].filter(Boolean).join(" ");
  document.getElementById("about").textContent = info.description || "";
  document.getElementById("operations").append(...operations());
  document.getElementById("schemas").append(...schemas());
  document.getElementById("find").addEventListener("input", filter);
  window.addEventListener("hashchange", follow);
  follow();
}

begin();
