/** For tests: what is done on this machine for real, and which alert must come of it. */

/**
 * Where a case is run: on the host, there with the means to start containers, or in a container
 * that may what Docker's may by default, or everything.
 */
export type Place = 'host' | 'runtime' | 'container' | 'privileged';

/** `{folder}` in a string stands for the folder of the case. */
export type FieldExpectation =
  | string
  | number
  | boolean
  | null
  | RegExp
  | { readonly above: number };

export interface LiveCase {
  /** e.g. 'by a relative path'. Unique in its table. */
  readonly name: string;
  readonly rule: string;
  /** Default: host. */
  readonly place?: Place;
  /** Text for bash. `$FOLDER` is a folder of the case's own, and the working directory. */
  readonly run: string;
  /** What `output_fields` of the alert hold, among others. */
  readonly fields?: Readonly<Record<string, FieldExpectation>>;
  /** A near miss: the rule must not fire. */
  readonly quiet?: true;
  /** It takes its time and is started before the others. */
  readonly slow?: true;
  /** Why it cannot be run here. */
  readonly skip?: string | undefined;
}

/** What `*.cases.ts` export. */
export interface CaseTable {
  readonly cases: readonly LiveCase[];
}
