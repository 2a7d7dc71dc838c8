/** Names the built-in model and how it was made: vectors of another id are not comparable. */
export const miniLmId = 'all-minilm-l6-v2-int8-v1';
