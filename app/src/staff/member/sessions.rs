//! Where a person is signed in, and a button for each that ends it.

use crate::staff::server::EndMemberSessions;
use leptos::prelude::*;
use model::account::OwnSession;
use model::id::UserId;
use ui::{Button, Column, Panel, Table};

/// Where the person is signed in; nothing where they aren't, and for who may not end it.
pub(super) fn signed_in(
    end: ServerAction<EndMemberSessions>,
    user: UserId,
    sessions: Vec<OwnSession>,
) -> Option<AnyView> {
    if sessions.is_empty() {
        return None;
    }
    let rows = sessions.into_iter().map(|session| session_row(end, user, session)).collect_view();
    let columns = vec![
        Column::text("Browser"),
        Column::text("From where"),
        Column::text("Last used"),
        Column::unlabelled("End it"),
    ];
    let table = view! {
        <div class="below-grid">
            <Panel title="Signed in" flush=true>
                <Table caption="Where this person is signed in" columns=columns rows=true>
                    {rows}
                </Table>
            </Panel>
        </div>
    };
    Some(table.into_any())
}

fn session_row(end: ServerAction<EndMemberSessions>, user: UserId, session: OwnSession) -> AnyView {
    let label = format!("End the session of {}", session.browser);
    view! {
        <tr>
            <td class="cell-main cell-clip">{session.browser}</td>
            <td class="cell-wide cell-line figures">{session.address}</td>
            <td class="cell-secondary cell-line figures">{session.last_used}</td>
            <td class="cell-action cell-line">
                <ActionForm action=end>
                    <input type="hidden" name="user" value=user.to_string() />
                    <input type="hidden" name="session" value=session.id />
                    <Button kind="submit" small=true label=label busy=end.pending()>
                        "End"
                    </Button>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}
