import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadkitError } from '../system/error.ts';
import type { InstallContext, SearchContext } from './context.ts';
import { runInstallStep } from './install-step.ts';
import { askProgram } from './program-output.ts';
import { programsOnPath } from './search.ts';

/** `apt-get` and what unpacks its packages; null on a system without them. */
export interface AptClient {
  readonly aptGet: string;
  readonly dpkgDeb: string;
}

/** What apt would fetch: the packages with what they need and this system lacks. */
export interface AptPlan {
  /** `redis-server 5:7.0.15-1~deb12u10`, from the package's file name. */
  readonly packages: readonly string[];
  readonly bytes: number;
}

/** Apt's folders and hooks are replaced by ours: nothing is written outside the scratch folder. */
interface AptFolders {
  readonly options: readonly string[];
  readonly archives: string;
}

export async function findApt(context: SearchContext): Promise<AptClient | null> {
  const [[aptGet], [dpkgDeb]] = await Promise.all([
    programsOnPath(['apt-get'], context),
    programsOnPath(['dpkg-deb'], context),
  ]);
  return aptGet === undefined || dpkgDeb === undefined ? null : { aptGet, dpkgDeb };
}

/** Null when the system's package lists do not know the packages (absent or too old). Changes nothing. */
export async function planPackages(
  { aptGet }: AptClient,
  packages: readonly string[],
  context: SearchContext,
): Promise<AptPlan | null> {
  const args = ['-o', 'Debug::NoLocking=1', '--print-uris', ...installArgs, ...packages];
  const output = await askProgram(aptGet, args, context, { env: { LC_ALL: 'C' }, timeoutMs: 60_000 });
  if (!output.ok || output.exitCode !== 0) return null;
  // 'http://…/redis-server_7.0.15-1%7edeb12u10_amd64.deb' redis-server_5%3a7.0.15-1~deb12u10_amd64.deb 73908 MD5Sum:…
  const found = [...output.text.matchAll(/^'[^']+' (\S+\.deb) (\d+)/gm)];
  const files = found.map(([, file = '']) => file);
  if (!holdsAll(files, packages)) return null;
  return { packages: files.map(packageName), bytes: found.reduce((sum, [, , size]) => sum + Number(size), 0) };
}

/**
 * Fetches the packages with what they need and this system lacks, and unpacks them below `root`. No root rights, no
 * system package, no service. Lists that are absent or old are fetched into the scratch folder.
 * @returns the packages with their versions
 */
export async function unpackPackages(
  request: {
    readonly title: string;
    readonly packages: readonly string[];
    readonly root: string;
    readonly scratch: string;
  },
  client: AptClient,
  context: InstallContext,
): Promise<string[]> {
  const { title, packages, root, scratch } = request;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await mkdir(scratch, { recursive: true });
  const files = await download(title, packages, scratch, client, context);
  for (const file of files) {
    const args = ['--extract', file, root];
    await runInstallStep({ title: `${title}: unpacking`, file: client.dpkgDeb, args, scratch }, context);
  }
  return files.map((file) => packageName(file.slice(file.lastIndexOf('/') + 1)));
}

/** First with the system's lists, then with fresh ones of our own. */
async function download(
  title: string,
  packages: readonly string[],
  scratch: string,
  { aptGet }: AptClient,
  context: InstallContext,
): Promise<string[]> {
  const folders = await aptFolders(scratch);
  const fetchPackages = async (lists: readonly string[]) => {
    const args = [...folders.options, ...lists, '--download-only', ...installArgs, ...packages];
    const env = { LC_ALL: 'C' };
    await runInstallStep({ title: `${title}: fetching`, file: aptGet, args, env, scratch }, context);
    const files = (await readdir(folders.archives)).filter((name) => name.endsWith('.deb'));
    if (!holdsAll(files, packages)) {
      throw new LoadkitError('install-step', `${title}: apt-get fetched no ${packages.join(', ')}`);
    }
    return files.map((name) => join(folders.archives, name));
  };
  try {
    return await fetchPackages([]);
  } catch (error) {
    if (!(error instanceof LoadkitError) || error.code !== 'install-step') throw error;
  }
  const lists = [`-oDir::State::lists=${join(scratch, 'lists')}`];
  await mkdir(join(scratch, 'lists', 'partial'), { recursive: true });
  const update = [...folders.options, ...lists, 'update'];
  // One source that does not answer fails the whole update; whether the lists suffice shows in the next step.
  const refreshed = await runInstallStep(
    { title: `${title}: fetching package lists`, file: aptGet, args: update, env: { LC_ALL: 'C' }, scratch },
    context,
  ).then(
    () => ({ ok: true as const }),
    (error: unknown) => ({ ok: false as const, error }),
  );
  context.signal.throwIfAborted();
  try {
    return await fetchPackages(lists);
  } catch (error) {
    throw refreshed.ok ? error : refreshed.error;
  }
}

/** `--reinstall`: a package that is installed but of no use (not on the PATH, damaged) is fetched all the same. */
const installArgs = ['--quiet=2', '--yes', '--no-install-recommends', '--reinstall', 'install'];

async function aptFolders(scratch: string): Promise<AptFolders> {
  const cache = join(scratch, 'apt');
  const archives = join(cache, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  const config = join(scratch, 'apt.conf');
  await writeFile(config, aptConfig(cache));
  return { archives, options: ['-c', config] };
}

function aptConfig(cache: string): string {
  const hooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success', 'Post-Invoke-Stats'];
  return [
    ...hooks.map((hook) => `#clear APT::Update::${hook};`),
    ...['Pre-Invoke', 'Post-Invoke', 'Pre-Install-Pkgs'].map((hook) => `#clear DPkg::${hook};`),
    `Dir::Cache "${cache}";`,
    'Dir::Cache::archives "archives/";',
    `Dir::Log "${cache}";`,
    'Debug::NoLocking "1";',
    // The scratch folder is closed to the user that apt would otherwise download as when root runs it.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    // Otherwise apt calls an update that fetched nothing a success.
    'APT::Update::Error-Mode "any";',
    '',
  ].join('\n');
}

/** Apt calls it a success when it knows no place to fetch an installed package from again. */
function holdsAll(files: readonly string[], packages: readonly string[]): boolean {
  return packages.every((name) => files.some((file) => file.startsWith(`${name}_`)));
}

/** `redis-server_5%3a7.0.15-1_amd64.deb` → `redis-server 5:7.0.15-1` */
function packageName(file: string): string {
  const [name = file, version = ''] = file.split('_');
  return `${name} ${decodeURIComponent(version)}`.trim();
}
