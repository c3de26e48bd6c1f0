/**
 * What a reader left out of a capture, by reason. Only the first three are normal; the others
 * deserve a warning.
 */

export class ReadCounts {
  /** Enter events that were kept to complete their exit event: old captures. */
  merged = 0;
  /** Enter events of which the exit event now holds everything: old captures. */
  oldEnter = 0;
  /** Events of kinds that nobody uses any more. */
  unused = 0;
  /** Events newer than the table: their code is past its end. */
  unknownType = 0;
  /** Old events with a number of parameters that no version had. */
  noConversion = 0;
  /** Old exit events before which another call's enter event was recorded. */
  wrongEnter = 0;
  /** Old exit events whose enter event lacks a parameter that they need. */
  shortEnter = 0;
  /** Old events that would be longer than 64 KiB when brought up to date. */
  tooLong = 0;
  /** Events with more parameters than the table knows. Not left out: the extra ones are ignored. */
  extraParams = 0;
  /** Enter events forgotten because too many waited for their exit event. */
  entersForgotten = 0;
}
