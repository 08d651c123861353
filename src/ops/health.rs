//! The health of many connections at once: what `apigw status` prints and the list of connections shows.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::Engine;
use super::engine::stage_ref;
use crate::aws::{ApiList, Detail, StageRef};
use crate::domain::{
    ApiStages, ApiType, Connection, ConnectionStatus, Figures, Health, Problem, ProblemKind, SessionKey,
    StageMetrics, StageStatus, StatusReport, TimeRange, Window, shortfall,
};

/// What a report is about.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusRequest {
    /// The range of the figures; the verdict is always on the last hour.
    pub range: TimeRange,
    /// Names of the stages wanted; empty wants all.
    pub stages: Vec<String>,
}

/// What could be read of one connection before its metrics.
struct Reading<'a> {
    connection: &'a Connection,
    account: Option<String>,
    read: Result<ApiStages, Problem>,
}

impl Reading<'_> {
    fn stage_refs(&self) -> Vec<StageRef> {
        let Ok(read) = &self.read else { return Vec::new() };
        read.stages.iter().map(|stage| stage_ref(self.connection, &read.api.name, &stage.name)).collect()
    }
}

/// The figures of one group of connections, asked for at once.
struct Measured {
    range: Result<Vec<StageMetrics>, Problem>,
    hour: Result<Vec<StageMetrics>, Problem>,
}

impl Engine {
    /// The health of connections, all asked at once; those that share a session share their metric requests. A connection
    /// that fails carries its problem and hides no other.
    pub async fn status(&self, connections: &[Connection], request: &StatusRequest) -> StatusReport {
        let at = self.now();
        let mut groups: Vec<(SessionKey, Vec<&Connection>)> = Vec::new();
        for connection in connections {
            let key = connection.session_key();
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(connection),
                None => groups.push((key, vec![connection])),
            }
        }
        let answers =
            join_all(groups.iter().map(|(_, members)| self.group_status(members, request, at))).await;
        let mut answers: Vec<ConnectionStatus> = answers.into_iter().flatten().collect();
        let place =
            |status: &ConnectionStatus| connections.iter().position(|known| *known == status.connection);
        answers.sort_by_key(place);
        StatusReport { at, range: request.range, connections: answers }
    }

    /// Connections of one session: each read on its own, then measured together.
    async fn group_status(
        &self,
        members: &[&Connection],
        request: &StatusRequest,
        at: jiff::Timestamp,
    ) -> Vec<ConnectionStatus> {
        let (http, rest) = (list_for(ApiType::Http, members), list_for(ApiType::Rest, members));
        let list = |connection: &Connection| match connection.api_type {
            ApiType::Http => http.as_ref(),
            ApiType::Rest => rest.as_ref(),
        };
        let readings = members.iter().map(|connection| self.reading(connection, list(connection), request));
        let readings = join_all(readings).await;
        let wanted: Vec<StageRef> = readings.iter().flat_map(Reading::stage_refs).collect();
        let measured = match members.first() {
            Some(connection) if !wanted.is_empty() => {
                Box::pin(self.measure_both(connection, &wanted, request.range, at)).await
            }
            _ => Measured { range: Ok(Vec::new()), hour: Ok(Vec::new()) },
        };
        let mut first = 0;
        let mut statuses = Vec::with_capacity(readings.len());
        for reading in readings {
            let stages = reading.stage_refs().len();
            statuses.push(status_of(reading, &measured, first));
            first += stages;
        }
        statuses
    }

    async fn reading<'a>(
        &self,
        connection: &'a Connection,
        list: Option<&ApiList>,
        request: &StatusRequest,
    ) -> Reading<'a> {
        let (identity, read) = tokio::join!(self.identity(connection), self.stages_from(connection, list));
        let account = identity.ok().map(|identity| identity.account);
        let read = read.and_then(|read| pick_stages(read, &request.stages));
        Reading { connection, account, read }
    }

    /// The range's figures and the last hour's, at the same time; once when the range is the hour.
    async fn measure_both(
        &self,
        connection: &Connection,
        wanted: &[StageRef],
        range: TimeRange,
        at: jiff::Timestamp,
    ) -> Measured {
        let hour = Window::settled(TimeRange::H1, at);
        if range == TimeRange::H1 {
            let hour = self.measure(connection, wanted, hour, Detail::Full).await;
            return Measured { range: hour.clone(), hour };
        }
        let (range, hour) = tokio::join!(
            self.measure(connection, wanted, Window::settled(range, at), Detail::Full),
            self.measure(connection, wanted, hour, Detail::Summary),
        );
        Measured { range, hour }
    }
}

/// A list to take the APIs of that kind from, where it costs fewer requests than asking for each: the list of a large account
/// has two pages.
fn list_for(api_type: ApiType, members: &[&Connection]) -> Option<ApiList> {
    let of_type = members.iter().filter(|connection| connection.api_type == api_type);
    let ids: BTreeSet<&str> = of_type.map(|connection| connection.api_id.as_str()).collect();
    (ids.len() > 2).then(ApiList::default)
}

/// Keeps the stages asked for. A stage that is not there is a problem: a check that looks at nothing must not pass.
fn pick_stages(mut read: ApiStages, wanted: &[String]) -> Result<ApiStages, Problem> {
    let names: Vec<String> = read.stages.iter().map(|stage| stage.name.clone()).collect();
    if let Some(missing) = wanted.iter().find(|stage| !names.contains(stage)) {
        let what = format!("{} ({}) has no stage {missing}", read.api.name, read.api.id);
        let why = if names.is_empty() {
            "It has no stage at all.".to_owned()
        } else {
            format!("Its stages are {}.", names.join(", "))
        };
        return Err(Problem::new(ProblemKind::NotFound, what, why));
    }
    if !wanted.is_empty() {
        read.stages.retain(|stage| wanted.contains(&stage.name));
    }
    Ok(read)
}

/// Puts together what was read and what was measured; `first` is the place of the connection's first stage in the figures.
fn status_of<'a>(reading: Reading<'_>, measured: &'a Measured, first: usize) -> ConnectionStatus {
    let connection = reading.connection.clone();
    let read = match reading.read {
        Ok(read) => read,
        Err(problem) => {
            let (account, problem) = (reading.account, Some(problem));
            return ConnectionStatus { connection, api: None, account, stages: Vec::new(), problem };
        }
    };
    let places = first..first + read.stages.len();
    let mine = |figures: &'a Result<Vec<StageMetrics>, Problem>| match figures {
        Ok(metrics) => Ok(metrics.get(places.clone()).unwrap_or_default()),
        Err(problem) => Err(problem),
    };
    let (range, hour) = (mine(&measured.range), mine(&measured.hour));
    let at = |figures: Result<&'a [StageMetrics], &Problem>, place: usize| figures.ok()?.get(place);
    let statuses = read.stages.into_iter().enumerate().map(|(place, stage)| StageStatus {
        figures: at(range, place).map_or_else(Figures::default, StageMetrics::figures),
        health: Health::of(&stage, at(hour, place), &connection.thresholds),
        stage,
    });
    let stages: Vec<StageStatus> = statuses.collect();
    let problem_of = |figures: Result<&[StageMetrics], &Problem>| {
        figures.map_or_else(|problem| Some(problem.clone()), shortfall)
    };
    let problem = [hour, range].into_iter().find_map(problem_of).filter(|_| !stages.is_empty());
    ConnectionStatus { connection, api: Some(read.api), account: reading.account, stages, problem }
}
