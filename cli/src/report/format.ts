/** What `--format` can name, in the order in which the files are written. */
export const formats = ['md', 'html', 'json', 'junit', 'summary'] as const;
export type Format = (typeof formats)[number];

/** Name of the file in the folder of a report. */
export const fileNames: Readonly<Record<Format, string>> = {
  md: 'report.md',
  html: 'report.html',
  json: 'report.json',
  junit: 'junit.xml',
  summary: 'summary.txt',
};

/** The incident report of a drill, in the formats that people read. */
export const incidentNames: Readonly<Partial<Record<Format, string>>> = { md: 'incident.md', html: 'incident.html' };

/** All drills of a report by themselves, in the same formats. */
export const drillsNames: typeof incidentNames = { md: 'drills.md', html: 'drills.html' };
