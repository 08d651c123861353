//! From keys to actions. One table, [`BINDINGS`], feeds the resolver, the footer, the help, the palette and the README.

mod bindings;
mod key;

pub use bindings::{BINDINGS, Binding, find, in_scope, resolve};
pub use key::Key;

/// What a key, a palette entry or a click asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Move the cursor.
    Move(Motion),
    /// Go in: open a connection, expand a stage, take what is offered.
    Enter,
    /// Go back one layer: filter, then panel, then screen.
    Back,
    /// Leave the screen; from the top, leave apigw.
    Quit,
    /// Give the focus to the next pane.
    NextPane,
    /// Give the focus to the pane before.
    PreviousPane,
    /// Show the tab of that number, counted from 1.
    Tab(u8),
    /// Filter the focused list as you type.
    Filter,
    /// Read again what the screen shows.
    Refresh,
    /// Read the health of every connection.
    CheckAll,
    /// Order stages by name, or the worst first.
    SortStages,
    /// Send the id under the cursor to the terminal's clipboard.
    CopyId,
    /// Send the URL or ARN under the cursor to the terminal's clipboard.
    CopyUrl,
    /// Show the AWS console's address of what is under the cursor; of a stage's metrics, CloudWatch's graph.
    Console,
    /// Show the AWS console's address of the stage.
    ConsoleStage,
    /// Make a connection.
    Add,
    /// Change the connection.
    Edit,
    /// Make a connection like this one.
    Duplicate,
    /// Delete the connection.
    Delete,
    /// Find out what the connection's credentials can do.
    Test,
    /// Show the IAM policies that the connection needs.
    Policies,
    /// Policies for every API of the region, or for those chosen alone.
    Broaden,
    /// Save what was typed.
    Save,
    /// Push a schema, put the gateway's configuration live on a stage, or both.
    Deploy,
    /// Bring the gateway's schema into a file.
    Import,
    /// Put an earlier deployment live again.
    RollBack,
    /// Put the deployment of one stage live on another.
    Promote,
    /// End a canary.
    EndCanary,
    /// Say what a write would do, without doing it.
    Plan,
    /// Push the schema of the deployment back as well, or leave it.
    WithSchema,
    /// Mark the entry of the history, to compare with.
    Mark,
    /// Compare the marked entry with the one under the cursor.
    Compare,
    /// Push a schema that the history keeps.
    PushBack,
    /// Show a schema that the history keeps.
    ShowSchema,
    /// Show the write under way, or how the last one ended.
    ShowWrite,
    /// Give the typing to the next field.
    NextField,
    /// Give the typing to the field before.
    PreviousField,
    /// Empty the field.
    ClearField,
    /// To the left: in a text, among choices, back in time.
    Left,
    /// To the right.
    Right,
    /// Further to the left.
    FarLeft,
    /// Further to the right.
    FarRight,
    /// Show the stage's metrics.
    Metrics,
    /// To the highest point of the chart.
    Highest,
    /// To the next deployment on the time axis.
    NextDeployment,
    /// To the deployment before.
    PreviousDeployment,
    /// To the next stage.
    NextStage,
    /// To the stage before.
    PreviousStage,
    /// The next longer range of time.
    NextRange,
    /// The next shorter range of time.
    PreviousRange,
    /// Show or hide the time before as a faint line.
    ComparePeriods,
    /// Tell what the metric means.
    AboutMetric,
    /// One chart over the whole screen, or all of them again.
    Zoom,
    /// Order routes by server errors, by latency or by count.
    SortRoutes,
    /// Show the problem of the focused pane whole.
    Explain,
    /// Take the mouse, or give it back to the terminal for selecting text.
    ToggleMouse,
    /// List every key.
    Help,
    /// Find an action or a connection by name.
    Palette,
    /// Cancel the input or the running read; a second one quits.
    Cancel,
    /// Hand the terminal back to the shell.
    Suspend,
}

/// Ways of moving a cursor in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Half a page down.
    HalfPageDown,
    /// Half a page up.
    HalfPageUp,
}

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// On every screen, as long as no panel is open.
    Screens,
    /// The list of connections.
    Connections,
    /// The deployments screen.
    Deployments,
    /// The metrics of a stage.
    Metrics,
    /// The form of a connection.
    Form,
    /// The form of a deploy.
    Deploy,
    /// Every form: the way around in it.
    Fields,
    /// The list of revisions.
    Picker,
    /// What a write would do.
    Plan,
    /// What an import would write.
    Import,
    /// A write under way, and how it ended.
    Write,
    /// A question over the screen that takes typing: an MFA code, the name of what is to be deleted.
    Dialog,
    /// The panel of IAM policies.
    Policies,
    /// The line that takes a filter.
    Filter,
    /// The palette.
    Palette,
    /// Help, links and problems: panels that are only read.
    Panel,
    /// Everywhere, text inputs included.
    Everywhere,
}

impl Scope {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 17] = [
        Self::Screens,
        Self::Connections,
        Self::Deployments,
        Self::Metrics,
        Self::Form,
        Self::Deploy,
        Self::Fields,
        Self::Picker,
        Self::Plan,
        Self::Import,
        Self::Write,
        Self::Dialog,
        Self::Policies,
        Self::Filter,
        Self::Palette,
        Self::Panel,
        Self::Everywhere,
    ];

    /// The heading in the help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Screens => "On every screen",
            Self::Connections => "Connections",
            Self::Deployments => "Deployments",
            Self::Metrics => "Metrics",
            Self::Form => "In a connection's form",
            Self::Deploy => "In the form of a deploy",
            Self::Fields => "In every form",
            Self::Picker => "In the list of revisions",
            Self::Plan => "In a plan",
            Self::Import => "In an import",
            Self::Write => "While it is written",
            Self::Dialog => "In a question",
            Self::Policies => "IAM policies",
            Self::Filter => "While filtering",
            Self::Palette => "In the palette",
            Self::Panel => "In a panel",
            Self::Everywhere => "Everywhere",
        }
    }

    /// Where a key is looked up, the nearest first.
    pub fn chain(self) -> &'static [Self] {
        match self {
            Self::Connections => &[Self::Connections, Self::Screens, Self::Everywhere],
            Self::Deployments => &[Self::Deployments, Self::Screens, Self::Everywhere],
            Self::Metrics => &[Self::Metrics, Self::Screens, Self::Everywhere],
            Self::Form => &[Self::Form, Self::Fields, Self::Everywhere],
            Self::Deploy => &[Self::Deploy, Self::Fields, Self::Everywhere],
            Self::Fields => &[Self::Fields, Self::Everywhere],
            Self::Picker => &[Self::Picker, Self::Palette, Self::Everywhere],
            Self::Plan => &[Self::Plan, Self::Screens, Self::Everywhere],
            Self::Import => &[Self::Import, Self::Screens, Self::Everywhere],
            Self::Write => &[Self::Write, Self::Screens, Self::Everywhere],
            Self::Dialog => &[Self::Dialog, Self::Everywhere],
            Self::Policies => &[Self::Policies, Self::Panel, Self::Everywhere],
            Self::Filter => &[Self::Filter, Self::Everywhere],
            Self::Palette => &[Self::Palette, Self::Everywhere],
            Self::Panel => &[Self::Panel, Self::Everywhere],
            Self::Screens => &[Self::Screens, Self::Everywhere],
            Self::Everywhere => &[Self::Everywhere],
        }
    }
}
