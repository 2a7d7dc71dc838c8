const status = (row: string) => `(case when ${row}.deleted_at is not null then 2 else ${row}.is_active end)`;
const add = (row: string, by: string) =>
  `update session_counts set sessions = sessions ${by} where status = ${status(row)};`;

/** How many sessions of each status there are, kept by the database at every change of one. */
export const countsSessions = [
  `create trigger session_counts_insert after insert on user_sessions begin ${add('new', '+ 1')} end`,
  `create trigger session_counts_delete after delete on user_sessions begin ${add('old', '- 1')} end`,
  `create trigger session_counts_update after update of is_active, deleted_at on user_sessions
    when ${status('old')} <> ${status('new')} begin ${add('old', '- 1')} ${add('new', '+ 1')} end`,
];
