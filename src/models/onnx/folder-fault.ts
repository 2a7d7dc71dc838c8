/** What is wrong with a model's folder, to stand behind "The embedder cannot run: "; fit for everybody's eyes. */
export class FolderFault extends Error {}
