/** For the file picker: what a document may be read from. */
export const documentEndings = '.md,.markdown,.txt,.html,.htm,.pdf,.docx,.pptx,.xlsx,.csv,.tsv,.epub,.eml';
