const status = (row: string) => `(case when ${row}.deleted_at is not null then 2 else ${row}.is_active end)`;
const add = (row: string, by: string) =>
  `update session_counts set sessions = sessions ${by} where session_counts.status = ${status(row)};`;
const counter = (name: string, body: string) =>
  `create function ${name}() returns trigger language plpgsql as $$ begin ${body} return null; end $$`;

/** How many sessions of each status there are, kept by the database at every change of one. Rows that are inserted together are counted
 *  together: each change of a count leaves a dead row until its transaction is over. */
export const countsSessions = [
  counter(
    'count_inserted_sessions',
    `update session_counts set sessions = session_counts.sessions + counted.sessions
      from (select ${status('added')} as status, count(*) as sessions from added group by 1) as counted
      where session_counts.status = counted.status;`,
  ),
  counter('count_deleted_session', add('old', '- 1')),
  counter('count_changed_session', `${add('old', '- 1')} ${add('new', '+ 1')}`),
  `create trigger session_counts_insert after insert on user_sessions referencing new table as added
    for each statement execute function count_inserted_sessions()`,
  `create trigger session_counts_delete after delete on user_sessions
    for each row execute function count_deleted_session()`,
  `create trigger session_counts_update after update of is_active, deleted_at on user_sessions for each row
    when (${status('old')} <> ${status('new')}) execute function count_changed_session()`,
  // Whoever copies rows with triggers off would leave wrong counts.
  ...['insert', 'delete', 'update'].map(
    (each) => `alter table user_sessions enable always trigger session_counts_${each}`,
  ),
];
