// Certificates of a name for itself, made anew for each run: an authority that the hosts are told to trust, and what it
// vouches for, rightly or not.

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const openssl = (folder, ...args) => execute('openssl', args, { cwd: folder });

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAY = 86_400_000;
const HERE = 'IP:127.0.0.1,DNS:localhost';

/** What is presented: the names in it, the days from now in which it is valid, and who vouches for it. */
const PRESENTED = {
  right: { names: HERE, days: [-1, 30] },
  'wrong-name': { names: 'DNS:api.elsewhere.example', days: [-1, 30] },
  expired: { names: HERE, days: [-30, -1] },
  'not-yet': { names: HERE, days: [10, 30] },
  'unknown-authority': { names: HERE, days: [-1, 30], authority: 'stranger' },
  'self-signed': { names: HERE, days: [-1, 30], authority: 'self' },
};

const stamp = (days) => new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z';

async function authority(folder, name) {
  const made = ['-x509', '-subj', `/CN=${name}`, '-days', '30', '-keyout', `${name}.key`, '-out', `${name}.pem`];
  const may = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  await openssl(folder, 'req', ...KEY, ...made, ...may);
}

async function vouch(folder, name, { names, days, authority = 'trusted' }) {
  if (authority === 'self') {
    const made = ['-x509', '-subj', `/CN=${name}`, '-days', '30', '-addext', `subjectAltName=${names}`];
    return openssl(folder, 'req', ...KEY, ...made, '-keyout', `${name}.key`, '-out', `${name}.pem`);
  }
  await openssl(folder, 'req', ...KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  // `openssl x509` takes no moment in the past, `openssl ca` does.
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'index'), '');
  await writeFile(
    join(folder, `${name}.cnf`),
    `[ca]\ndefault_ca=it\n[it]\nnew_certs_dir=${name}\ndatabase=${name}/index\nrand_serial=yes\ndefault_md=sha256\n` +
      `policy=any\n[any]\ncommonName=supplied\n[ext]\nsubjectAltName=${names}\nextendedKeyUsage=serverAuth\n` +
      `basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nauthorityKeyIdentifier=keyid\n`,
  );
  const by = ['-cert', `${authority}.pem`, '-keyfile', `${authority}.key`, '-extensions', 'ext'];
  const [from, to] = days.map(stamp);
  const into = ['-startdate', from, '-enddate', to, '-in', `${name}.csr`, '-out', `${name}.pem`, '-notext'];
  await openssl(folder, 'ca', '-batch', '-config', `${name}.cnf`, ...by, ...into);
}

/**
 * Makes them in a folder that is emptied first. Gives the file of the authority that is to be trusted, and `key` and
 * `cert` of what is presented, by name.
 */
export async function certificates(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of ['trusted', 'stranger']) await authority(folder, name);
  const all = {};
  for (const [name, what] of Object.entries(PRESENTED)) {
    await vouch(folder, name, what);
    const [key, cert] = await Promise.all(['key', 'pem'].map((ext) => readFile(join(folder, `${name}.${ext}`))));
    all[name] = { key, cert };
  }
  return { authority: join(folder, 'trusted.pem'), presented: all };
}

/** Makes a folder into a database of certificates, as Chromium and Firefox read them, that trusts the authority of a run. */
export async function trusting(folder, authority = process.env.NODE_EXTRA_CA_CERTS) {
  if (authority === undefined) return;
  await mkdir(folder, { recursive: true });
  await execute('certutil', ['-d', `sql:${folder}`, '-N', '--empty-password']);
  await execute('certutil', ['-d', `sql:${folder}`, '-A', '-t', 'C,,', '-n', 'tests', '-i', authority]);
}
