import http, { type RefinedResponse } from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import { tellAnswer } from './answer-line.ts';

/** A request under a name: the name, not the URL, tells the APIs apart in every metric. */
export interface NamedRequest {
  readonly name: string;
  readonly url: string;
  /** Who asks. */
  readonly userId: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  /** Does the answer say what its status promises? Asked for 2xx, 409 and 410 only. */
  readonly fits: (status: number, answer: Answer) => boolean;
  /** The same of all answers to copies of it that were sent at once; without it each is asked alone. */
  readonly fitTogether?: (answers: readonly StatusAnswer[]) => boolean;
}

export interface StatusAnswer {
  readonly status: number;
  readonly answer: Answer;
}

/** The JSON object of an answer; empty when its body is something else. */
export type Answer = Readonly<Record<string, unknown>>;

/** Time that a request, or several at once, took of the iteration: waiting for a connection included. Milliseconds. */
const httpWallTime = new Trend('http_wall_time', true);

/** Requests whose body contradicts a right status, of all requests: an error in a 200 is an error. */
const badAnswers = new Rate('bad_answers');

// 409 (already issued, out of stock) and 410 (sold out) are right answers to a customer who comes too late.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 299 }, 409, 410));

const timeout = '10s';

export function post(request: NamedRequest): void {
  const response = http.post(request.url, JSON.stringify(request.body), paramsOf(request));
  httpWallTime.add(spent(response), { name: request.name });
  judge(request, response);
}

/** Sends `times` copies of a request at the same moment, as an impatient finger does. */
export function postAtOnce(request: NamedRequest, times: number): void {
  const responses = http.batch(
    Array.from({ length: times }, () => ({
      method: 'POST',
      url: request.url,
      body: JSON.stringify(request.body),
      params: paramsOf(request),
    })),
  );
  httpWallTime.add(Math.max(...responses.map(spent)), { name: request.name });
  const together = request.fitTogether?.(responses.filter(isRight).map(read));
  for (const response of responses) judge(request, response, together);
}

function paramsOf(request: NamedRequest) {
  return {
    headers: { 'Content-Type': 'application/json', ...request.headers },
    tags: { name: request.name },
    timeout,
    responseType: 'text' as const,
  };
}

function spent(response: RefinedResponse<'text'>): number {
  return response.timings.duration + response.timings.blocked;
}

function judge(request: NamedRequest, response: RefinedResponse<'text'>, together?: boolean): void {
  const { status } = response;
  const fits = together ?? request.fits(status, answerOf(response));
  badAnswers.add(isRight(response) && !fits, { name: request.name, status: String(status) });
  tellAnswer(request.userId, isRight(response) && fits);
}

function isRight({ status }: RefinedResponse<'text'>): boolean {
  return (status >= 200 && status <= 299) || status === 409 || status === 410;
}

function read(response: RefinedResponse<'text'>): StatusAnswer {
  return { status: response.status, answer: answerOf(response) };
}

function answerOf(response: RefinedResponse<'text'>): Answer {
  try {
    const parsed: unknown = JSON.parse(response.body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
