// Builds with a version of Vite, or serves as its dev server does: `serve.mjs VERSION build|dev [PACKAGE [SCRIPTS]]`. PACKAGE is
// left as it is installed, and SCRIPTS what a Content-Security-Policy says of scripts.

const [, , version, how, excluded = '', scripts = ''] = process.argv;
const { build, createServer, preview } = await import(version);

const options = {
  configFile: false,
  logLevel: 'warn',
  cacheDir: `node_modules/.vite/${version}-${excluded || 'usual'}`,
  optimizeDeps: { entries: ['*.html'], exclude: excluded === '' ? [] : [excluded] },
  build: { outDir: `dist-${version}`, rollupOptions: { input: ['index.html', 'slim.html'] } },
};
const listen = { host: '127.0.0.1', port: 0 };

let server;
if (how === 'dev') {
  server = await createServer({ ...options, server: { ...listen, hmr: false } });
  await server.listen();
} else {
  await build(options);
  const headers = scripts === '' ? {} : { 'Content-Security-Policy': `script-src ${scripts}` };
  server = await preview({ ...options, preview: { ...listen, headers } });
}
const { port } = server.httpServer.address();
console.log(`http://127.0.0.1:${port}/`);
