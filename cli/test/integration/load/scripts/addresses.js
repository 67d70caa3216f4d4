// Asks each of URLS once, and prints the error code that k6 gives for it (0: answered).
import http from 'k6/http';

export const options = { vus: 1, iterations: 1, hosts: { 'mapped.test': '192.0.2.7' } };

export default function () {
  for (const url of __ENV.URLS.split(' ')) {
    const { error_code: code } = http.get(url, { timeout: '1s', tags: { name: url } });
    console.log(`asked ${url} got ${code}`);
  }
}
