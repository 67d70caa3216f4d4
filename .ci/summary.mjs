// Closing line of .ci/run, from the test runner's own JSON results: `N passed, N failed`.
// Arguments: exit code of the checks, then a result file and its runner's exit code for each run of the tests.
// The first must be there; a later one may be missing when its script says by exit code 0 that it could not run here.
import { existsSync, readFileSync } from 'node:fs';

const [checksExit, ...runs] = process.argv.slice(2);
const results = [];
let failed = checksExit === '0' ? 0 : 1;
let passed = 0;
if (failed > 0) console.log('npm run check failed');

for (let index = 0; index < runs.length; index += 2) {
  const [file, exit] = [runs[index], runs[index + 1]];
  if (index > 0 && exit === '0' && !existsSync(file)) continue;
  try {
    results.push(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.log(`no test result: ${error.message}`);
    failed += 1;
  }
}

for (const { numPassedTests, numFailedTests, testResults } of results) {
  passed += numPassedTests;
  failed += numFailedTests;
  const skipped = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped'),
  );
  for (const test of skipped) console.log(`미실시 (not run): ${test.fullName}`);
  // A suite whose set-up failed has no test of its own to count.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  for (const suite of broken) console.log(`failed to run: ${suite.name}`);
  failed += skipped.length + broken.length;
}

const exits = runs.filter((_, index) => index % 2 === 1);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 && exits.every((exit) => exit === '0') ? 0 : 1;
