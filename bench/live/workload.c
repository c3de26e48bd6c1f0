/*
 * The loads that the live benchmark puts on a machine, without a C library, so that nothing but
 * their own system calls is in the figures:
 *
 *   workload open COUNT [PATH]   open and close a file, /etc/hostname unless another is named
 *   workload files COUNT FOLDER  open and close the 64 files 00 to 63 of a folder in turn
 *   workload names COUNT         open what does not exist, by a name that was never seen before
 *   workload getpid COUNT        a call that nobody asks for
 *   workload pipe COUNT          write a byte into a pipe and read it back
 *   workload exec COUNT          start /bin/true and wait for it
 *
 * Prints what the loop took, in nanoseconds: of the clock, and of the processors, children included.
 * Compiled by bench/live/workload.ts.
 */
typedef long word;

#if !defined(__x86_64__)
#error "the loads are written for x86-64"
#endif

enum {
  READ = 0,
  WRITE = 1,
  CLOSE = 3,
  GETPID = 39,
  WAIT4 = 61,
  GETRUSAGE = 98,
  CLOCK_GETTIME = 228,
  EXIT_GROUP = 231,
  OPENAT = 257,
  PIPE2 = 293,
};
enum { AT_FDCWD = -100, CLOCK_MONOTONIC = 1, CLOCK_PROCESS_CPUTIME_ID = 2, RUSAGE_CHILDREN = -1 };
enum { STDOUT = 1, WRONG_USAGE = 2, FAILED = 3 };

static inline word call(word number, word a, word b, word c, word d) {
  word result;
  register word r10 __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                   : "rcx", "r11", "memory");
  return result;
}

/* The stack at the start: how many arguments, then the arguments. */
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call start\n");

struct time {
  word seconds, nanoseconds;
};
/* Of struct rusage: user and system time, in seconds and microseconds, then what is not looked at. */
struct usage {
  word user_seconds, user_microseconds, system_seconds, system_microseconds, others[14];
};

static word now(word clock) {
  struct time time = {0, 0};
  call(CLOCK_GETTIME, clock, (word)&time, 0, 0);
  return time.seconds * 1000000000 + time.nanoseconds;
}

static word of_processors(void) {
  struct usage usage;
  if (call(GETRUSAGE, RUSAGE_CHILDREN, (word)&usage, 0, 0) != 0) return 0;
  word seconds = usage.user_seconds + usage.system_seconds;
  word microseconds = usage.user_microseconds + usage.system_microseconds;
  return now(CLOCK_PROCESS_CPUTIME_ID) + seconds * 1000000000 + microseconds * 1000;
}

static void fail_unless(int good) {
  if (!good) call(EXIT_GROUP, FAILED, 0, 0, 0);
}

static void open_close(word count, const char *path) {
  while (count-- > 0) {
    word fd = call(OPENAT, AT_FDCWD, (word)path, 0, 0);
    fail_unless(fd >= 0);
    call(CLOSE, fd, 0, 0, 0);
  }
}

/* Before `end`; the result is where it begins. */
static char *print(char *end, word number) {
  do *--end = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  return end;
}

static void open_files(word count, const char *folder) {
  enum { FILES = 64, PATH_BYTES = 256, NAME_BYTES = sizeof("/00") };
  static char paths[FILES][PATH_BYTES];
  word length = 0;
  while (folder[length] != 0) length++;
  fail_unless(length <= PATH_BYTES - NAME_BYTES);
  for (word file = 0; file < FILES; file++) {
    char *path = paths[file];
    for (word at = 0; at < length; at++) path[at] = folder[at];
    path[length] = '/';
    path[length + 1] = (char)('0' + file / 10);
    path[length + 2] = (char)('0' + file % 10);
  }
  for (word turn = 0; turn < count; turn++) {
    word fd = call(OPENAT, AT_FDCWD, (word)paths[turn % FILES], 0, 0);
    fail_unless(fd >= 0);
    call(CLOSE, fd, 0, 0, 0);
  }
}

/* From the time of the start on: runs that follow each other have no name in common. */
static void open_names(word count) {
  enum { DIGITS_FROM = 1000000000000 };
  static char path[] = "/tmp/saker-bench-no-such-file-0000000000000";
  char *const end = path + sizeof(path) - 1;
  word first = DIGITS_FROM + now(CLOCK_MONOTONIC) / 16 % DIGITS_FROM;
  for (word number = first; number < first + count; number++) {
    print(end, number);
    fail_unless(call(OPENAT, AT_FDCWD, (word)path, 0, 0) < 0);
  }
}

static void get_pid(word count) {
  while (count-- > 0) call(GETPID, 0, 0, 0, 0);
}

static void write_read(word count) {
  int ends[2];
  char byte = 'x';
  fail_unless(call(PIPE2, (word)ends, 0, 0, 0) == 0);
  while (count-- > 0) {
    call(WRITE, ends[1], (word)&byte, 1, 0);
    call(READ, ends[0], (word)&byte, 1, 0);
  }
}

/*
 * vfork and execve in one statement: the child runs on its parent's stack and must not return from a
 * function. A call keeps all registers but rax, rcx and r11, so the arguments of the execve are in
 * place before the vfork.
 */
static word start_program(const char *path) {
  const char *const arguments[] = {path, 0};
  static const char *const environment[] = {0};
  word pid;
  __asm__ volatile(
      "mov $58, %%eax\n syscall\n test %%rax, %%rax\n jnz 1f\n"
      "mov $59, %%eax\n syscall\n"
      "mov $127, %%edi\n mov $231, %%eax\n syscall\n 1:\n"
      : "=&a"(pid)
      : "D"(path), "S"(arguments), "d"(environment)
      : "rcx", "r11", "memory");
  return pid;
}

static void exec(word count) {
  while (count-- > 0) {
    int status = 0;
    word pid = start_program("/bin/true");
    fail_unless(pid > 0 && call(WAIT4, pid, (word)&status, 0, 0) == pid && status == 0);
  }
}

static word number_of(const char *text) {
  word number = 0;
  while (*text >= '0' && *text <= '9') number = number * 10 + (*text++ - '0');
  return number;
}

static int is(const char *text, const char *other) {
  while (*text != 0 && *text == *other) text++, other++;
  return *text == *other;
}

static void say(word clock, word processors) {
  char line[48];
  char *const end = line + sizeof(line);
  char *at = end;
  *--at = '\n';
  at = print(at, processors);
  *--at = ' ';
  at = print(at, clock);
  call(WRITE, STDOUT, (word)at, end - at, 0);
}

__attribute__((used)) void start(word *stack) {
  const char **arguments = (const char **)(stack + 1);
  word count = stack[0] > 2 ? number_of(arguments[2]) : 0;
  const char *load = stack[0] > 1 ? arguments[1] : "";
  const char *path = stack[0] > 3 ? arguments[3] : "/etc/hostname";
  word clock = now(CLOCK_MONOTONIC);
  word processors = of_processors();
  if (is(load, "open")) open_close(count, path);
  else if (is(load, "files")) open_files(count, path);
  else if (is(load, "names")) open_names(count);
  else if (is(load, "getpid")) get_pid(count);
  else if (is(load, "pipe")) write_read(count);
  else if (is(load, "exec")) exec(count);
  else call(EXIT_GROUP, WRONG_USAGE, 0, 0, 0);
  processors = of_processors() - processors;
  clock = now(CLOCK_MONOTONIC) - clock;
  say(clock, processors);
  call(EXIT_GROUP, 0, 0, 0, 0);
}
