//! How doctl prints actions and snapshots.

use std::fmt::Write;

use crate::answer::{Answer, columns, date, go_json};
use crate::state::{Action, Snapshot};

const SIZES: &str = r#""s-1vcpu-512mb-10gb", "s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb", "s-8vcpu-16gb""#;
pub const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";
pub const GO: &str = "%Y-%m-%d %H:%M:%S +0000 UTC";

/// The row that `droplet-action snapshot` and `action get` print, as of `now`.
pub fn actions(now: u64, actions: &[&Action], json: bool) -> Answer {
    let status = |a: &Action| match (now >= a.ready_ms && now > 0, a.errored) {
        (false, _) => "in-progress",
        (true, false) => "completed",
        (true, true) => "errored",
    };
    let completed =
        |a: &Action, format: &str| (status(a) != "in-progress").then(|| date(a.ready_ms, format));
    if json {
        return list(actions.iter().map(|a| {
            let completed = completed(a, ISO).map_or_else(|| "null".to_owned(), |at| format!("\"{at}\""));
            format!(
                "  {{\n    \"id\": {},\n    \"status\": \"{}\",\n    \"type\": \"{}\",\n    \"started_at\": \"{}\",\n    \
                 \"completed_at\": {completed},\n    \"resource_id\": {},\n    \"resource_type\": \"droplet\",\n    \
                 \"region\": {},\n    \"region_slug\": {}\n  }}",
                a.id,
                status(a),
                a.kind,
                date(a.started_ms, ISO),
                a.droplet_id,
                region(&a.region),
                go_json(&a.region),
            )
        }));
    }
    let header = [
        "ID",
        "Status",
        "Type",
        "Started At",
        "Completed At",
        "Resource ID",
        "Resource Type",
        "Region",
    ];
    let row = |a: &&Action| {
        vec![
            a.id.to_string(),
            status(a).to_owned(),
            a.kind.clone(),
            date(a.started_ms, GO),
            completed(a, GO).unwrap_or_else(|| "<nil>".to_owned()),
            a.droplet_id.clone(),
            "droplet".to_owned(),
            a.region.clone(),
        ]
    };
    Answer::out(columns(
        &header,
        &actions.iter().map(row).collect::<Vec<_>>(),
    ))
}

/// What a snapshot was made of.
fn resource_type(snapshot: &Snapshot) -> &str {
    match snapshot.sort.as_str() {
        "" => "droplet",
        other => other,
    }
}

/// `snapshot list` and `snapshot get`.
pub fn snapshots(snapshots: &[&Snapshot], json: bool) -> Answer {
    if json {
        return list(snapshots.iter().map(|s| {
            format!(
                "  {{\n    \"id\": \"{}\",\n    \"name\": {},\n    \"resource_id\": \"{}\",\n    \"resource_type\": \"{}\",\n    \
                 \"regions\": {},\n    \"min_disk_size\": 25,\n    \"size_gigabytes\": {},\n    \"created_at\": \"{}\"\n  }}",
                s.id,
                go_json(&s.name),
                s.machine_id,
                resource_type(s),
                array(&go_json(&s.region), 4),
                gigabytes(s),
                date(s.created_ms, ISO),
            )
        }));
    }
    let header = [
        "ID",
        "Name",
        "Created at",
        "Regions",
        "Resource ID",
        "Resource Type",
        "Min Disk Size",
        "Size",
        "Tags",
    ];
    let row = |s: &&Snapshot| {
        vec![
            s.id.clone(),
            s.name.clone(),
            date(s.created_ms, ISO),
            format!("[{}]", s.region),
            s.machine_id.clone(),
            resource_type(s).to_owned(),
            "25".to_owned(),
            format!("{} GiB", gigabytes(s)),
            String::new(),
        ]
    };
    Answer::out(columns(
        &header,
        &snapshots.iter().map(row).collect::<Vec<_>>(),
    ))
}

pub fn balance(now: u64) -> String {
    let header = [
        "Month-to-date Balance",
        "Account Balance",
        "Month-to-date Usage",
        "Generated At",
    ];
    let row = ["23.44", "12.23", "11.21", &date(now, ISO)]
        .map(str::to_owned)
        .to_vec();
    columns(&header, &[row])
}

pub fn account(json: bool) -> String {
    let uuid = "5e8f10ee-17b3-5886-ab75-eca4b146ad1c";
    if json {
        return format!(
            "{{\n  \"droplet_limit\": 500,\n  \"floating_ip_limit\": 3,\n  \"reserved_ip_limit\": 3,\n  \"volume_limit\": 100,\n  \
             \"email\": \"ops@example.test\",\n  \"name\": \"Mock Account\",\n  \"uuid\": \"{uuid}\",\n  \"email_verified\": true,\n  \
             \"status\": \"active\",\n  \"team\": {{\n    \"name\": \"My Team\",\n    \
             \"uuid\": \"d6dc8a63-45b3-57d7-a157-a99f6fe8fb31\"\n  }}\n}}"
        );
    }
    let header = [
        "User Email",
        "Team",
        "Droplet Limit",
        "Email Verified",
        "User UUID",
        "Status",
    ];
    let row = ["ops@example.test", "My Team", "500", "true", uuid, "active"]
        .map(str::to_owned)
        .to_vec();
    columns(&header, &[row])
}

pub fn gigabytes(snapshot: &Snapshot) -> String {
    if snapshot.size == 0 {
        "2.34".to_owned()
    } else {
        snapshot.size.to_string()
    }
}

pub fn region(slug: &str) -> String {
    format!(
        "{{\n      \"slug\": {},\n      \"name\": {},\n      \"sizes\": {},\n      \"available\": true,\n      \"features\": {}\n    }}",
        go_json(slug),
        go_json(&slug.to_uppercase()),
        array(SIZES, 6),
        array(r#""backups", "ipv6", "metadata", "install_agent""#, 6),
    )
}

/// `"a", "b"` on lines of their own, closed at that indentation.
pub fn array(items: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    format!(
        "[\n{pad}  {}\n{pad}]",
        items.replace(", ", &format!(",\n{pad}  "))
    )
}

/// A list as doctl prints it: without a newline at the end.
pub fn list(items: impl Iterator<Item = String>) -> Answer {
    let mut text = String::new();
    for item in items {
        let _ = write!(
            text,
            "{}{item}",
            if text.is_empty() { "[\n" } else { ",\n" }
        );
    }
    Answer::out(if text.is_empty() {
        "[]".to_owned()
    } else {
        text + "\n]"
    })
}
