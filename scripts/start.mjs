/** `npm start`: checks the runtime, builds the web app when its inputs changed, starts the server in this process.
 *  Plain JavaScript, so that an older Node gets as far as the sentence that says what is missing. */
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Perdure needs Node 24 or newer; this is ${process.versions.node}. On Linux x64 npm ci brings its own and npm start uses it; elsewhere install Node 24.`,
  );
  process.exit(1);
}
const { buildWebApp } = await import('./build-web.ts');
buildWebApp();
await import('../src/main.ts');
