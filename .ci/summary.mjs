// Closing line of .ci/run, from the test runner's own JSON result: `N passed, N failed`.
import { readFileSync } from 'node:fs';

const [file, testsExit, checksExit] = process.argv.slice(2);
let result = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] };
try {
  result = JSON.parse(readFileSync(file, 'utf8'));
} catch (error) {
  console.log(`no test result: ${error.message}`);
}

const skipped = result.testResults.flatMap(({ assertionResults }) =>
  assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped'),
);
for (const test of skipped) console.log(`미실시 (not run): ${test.fullName}`);
// A suite whose set-up failed has no test of its own to count.
const brokenSuites = result.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
);
for (const suite of brokenSuites) console.log(`failed to run: ${suite.name}`);
if (checksExit !== '0') console.log('npm run check failed');

const failed = result.numFailedTests + skipped.length + brokenSuites.length + (checksExit === '0' ? 0 : 1);
console.log(`${result.numPassedTests} passed, ${failed} failed`);
process.exitCode = testsExit === '0' && failed === 0 && result.numPassedTests > 0 ? 0 : 1;
