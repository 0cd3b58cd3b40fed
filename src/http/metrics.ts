/** What a monitoring system reads: counts by route pattern, door and job, never by person, link or address. */
import type { Ports } from '../workflow/workflow.ts';

type Labels = Readonly<Record<string, string>>;

export interface Metrics {
  count(name: string, labels: Labels, by?: number): void;
  /** Prometheus text format, version 0.0.4. */
  print(ports: Pick<Ports, 'jobs' | 'templates'>): Promise<string>;
}

const HELP: Readonly<Record<string, readonly [type: 'counter' | 'gauge', help: string]>> = {
  sanfang_http_requests_total: ['counter', 'Requests answered, by method, route pattern and status.'],
  sanfang_http_request_seconds_total: ['counter', 'Time spent on answers, by route pattern.'],
  sanfang_jobs: ['gauge', 'Jobs by kind, state and the code of the last failure.'],
  sanfang_templates: ['gauge', 'Locked templates that are loaded.'],
  process_resident_memory_bytes: ['gauge', 'Memory held by the process.'],
  process_uptime_seconds: ['gauge', 'Time since the process began.'],
};

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const keyOf = (name: string, labels: Labels): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
};

export function openMetrics(): Metrics {
  const counts = new Map<string, number>();
  const count: Metrics['count'] = (name, labels, by = 1) => {
    const key = keyOf(name, labels);
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  return {
    count,
    print: async (ports) => {
      const now = new Map(counts);
      for (const { kind, state, code, count: jobs } of await ports.jobs.standing())
        now.set(keyOf('sanfang_jobs', { kind, state, code: code ?? '' }), jobs);
      now.set('sanfang_templates', ports.templates.length);
      now.set('process_resident_memory_bytes', process.memoryUsage.rss());
      now.set('process_uptime_seconds', Math.round(process.uptime()));
      return Object.entries(HELP)
        .flatMap(([name, [type, help]]) => {
          const samples = [...now].filter(([key]) => key === name || key.startsWith(`${name}{`));
          if (samples.length === 0) return [];
          return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(([key, value]) => `${key} ${value}`)];
        })
        .concat('')
        .join('\n');
    },
  };
}
