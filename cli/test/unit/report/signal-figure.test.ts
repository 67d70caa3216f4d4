import { expect, it } from 'vitest';
import { signalName } from '../../../src/report/drill/drill-text.ts';
import { signalFigure } from '../../../src/report/drill/signal-figure.ts';
import { numberFormat } from '../../../src/report/number-format.ts';
import { loadSentences, namesIn } from '../../../src/report/sentences.ts';
import { templatesFolder } from './built-report.ts';

const sentences = loadSentences(templatesFolder, 'ko');
const speech = { ...sentences, name: namesIn(sentences), format: numberFormat('ko') };

it.each([
  ['backlog:kafka_consumer_lag', 10_000, '10초'],
  ['backlog-growth:outbox_pending_rows', 5_009, '5.01초'],
  ['unprocessed:points', 1, '1건'],
  ['wrong:over-issue', 3, '3건'],
  ['restarts', 1, '1회'],
  ['scrapes', 3, '연속 3회'],
  ['lock-no-expiry', 3, '연속 3회'],
  ['answers', 12, '누적 12 (CUSUM)'],
  ['of-another-loadkit', 7, '7'],
])('%s counts %d as %s', (signal, value, text) => {
  expect(signalFigure(speech, signal, value)).toBe(text);
});

it.each([
  ['answers', '응답 결과'],
  ['backlog:kafka_consumer_lag', '밀린 작업 (Kafka 소비 지연)'],
  ['unprocessed:points', '제때 처리되지 않은 작업 (포인트 적립)'],
  ['wrong:over-issue', '데이터 불일치 (초과 발급)'],
  ['backlog:of_another_service', '밀린 작업 (of_another_service)'],
])('%s is called %s', (signal, text) => {
  expect(signalName(speech, signal)).toBe(text);
});
