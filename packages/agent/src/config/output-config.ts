/** What the configuration says about the outputs of alerts. An output that is off is undefined. */

export interface OutputsConfig {
  readonly stdout: boolean;
  readonly file: FileOutputConfig | undefined;
  readonly syslog: SyslogOutputConfig | undefined;
  readonly program: ProgramOutputConfig | undefined;
  readonly http: HttpOutputConfig | undefined;
  readonly grpc: GrpcConfig | undefined;
  /** Lines may wait until a buffer is full. */
  readonly buffered: boolean;
  /** Alerts that may wait for one output; undefined: no number was given, the usual bound holds. */
  readonly queueCapacity: number | undefined;
  /** An output that takes longer for one alert is reported. */
  readonly timeoutMs: number;
}

export interface FileOutputConfig {
  readonly path: string;
  readonly keepAlive: boolean;
  /** undefined: the file grows. */
  readonly rotation: FileRotation | undefined;
}

/** The first limit that is reached starts a new file. */
export interface FileRotation {
  readonly bytesMax: number | undefined;
  readonly ageMsMax: number | undefined;
  /** Old files that are kept beside the one that is written. */
  readonly filesMax: number;
}

export interface SyslogOutputConfig {
  /** The name that lines begin with. */
  readonly ident: string;
  /** Of the daemon's socket; undefined: /dev/log. */
  readonly path?: string;
}

export interface ProgramOutputConfig {
  /** Shell command. */
  readonly program: string;
  readonly keepAlive: boolean;
}

export interface HttpOutputConfig {
  /** May contain a password. */
  readonly url: string;
  readonly userAgent: string;
  /** The certificate of the server is not verified. */
  readonly insecure: boolean;
  /** Paths; '' where none is given. */
  readonly caCert: string;
  readonly caBundle: string;
  readonly caPath: string;
  /** Of mTLS. */
  readonly client: { readonly cert: string; readonly key: string } | undefined;
  readonly echo: boolean;
  readonly compressUploads: boolean;
  readonly keepAlive: boolean;
  readonly maxConsecutiveTimeouts: number;
  readonly batch: HttpBatch;
}

export interface HttpBatch {
  /** Alerts per request; 1: each has its own, as with Falco. */
  readonly alertsMax: number;
  /** How long an alert may wait for others. */
  readonly waitMs: number;
}

/** `grpc` and `grpc_output` of Falco up to 0.43. */
export interface GrpcConfig {
  /** `unix:///run/falco/falco.sock` or `address:port`. */
  readonly bindAddress: string;
  /** Accepted; one thread serves all. */
  readonly threadiness: number;
  /** Paths, for addresses that are no socket files. */
  readonly privateKey: string;
  readonly certChain: string;
  readonly rootCerts: string;
  /** `grpc_output.enabled`: alerts can be subscribed to; without it only the version is served. */
  readonly alerts: boolean;
}
