/** One hit of one ranked list; a higher score is better. */
export type Hit<Id extends string | number = number> = { id: Id; score: number };
