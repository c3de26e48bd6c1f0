/*
 * The loads that the live benchmark measures, without a C library, so that nothing but their own
 * system calls is in the figures: workload open|getpid|pipe|exec COUNT. Prints nothing.
 * Compiled by bench/live/run.ts: clang -O2 -static -nostdlib -ffreestanding.
 */
typedef long word;

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, OPENAT = 257, CLOSE = 3, PIPE2 = 293, GETPID = 39, VFORK = 58, EXECVE = 59, EXIT = 231, WAIT4 = 61 };
static inline word call(word number, word a, word b, word c, word d) {
  word result;
  register word r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call start\n");
#else
#error "the workload knows x86-64 only"
#endif

enum { AT_FDCWD = -100 };
static char *const no_environment[] = {0};

static word number_of(const char *text) {
  word number = 0;
  while (*text >= '0' && *text <= '9') number = number * 10 + (*text++ - '0');
  return number;
}

static void open_close(word count) {
  while (count-- > 0) call(CLOSE, call(OPENAT, AT_FDCWD, (word) "/etc/hostname", 0, 0), 0, 0, 0);
}

static void get_pid(word count) {
  while (count-- > 0) call(GETPID, 0, 0, 0, 0);
}

static void write_read(word count) {
  int ends[2];
  char byte = 'x';
  call(PIPE2, (word)ends, 0, 0, 0);
  while (count-- > 0) {
    call(WRITE, ends[1], (word)&byte, 1, 0);
    call(READ, ends[0], (word)&byte, 1, 0);
  }
}

static void start_program(void) {
  char *const arguments[] = {"/bin/true", 0};
  word pid;
  /* The child must not return from a function whose frame it shares: it stays in this statement. */
  __asm__ volatile(
      "mov %[vfork], %%eax\n syscall\n test %%eax, %%eax\n jnz 1f\n"
      "mov %[execve], %%eax\n mov %[path], %%rdi\n mov %[argv], %%rsi\n mov %[envp], %%rdx\n syscall\n"
      "mov $231, %%eax\n mov $127, %%edi\n syscall\n 1:\n"
      : "=a"(pid)
      : [vfork] "i"(VFORK), [execve] "i"(EXECVE), [path] "r"("/bin/true"), [argv] "r"(arguments),
        [envp] "r"(no_environment)
      : "rcx", "r11", "rdi", "rsi", "rdx", "memory");
  call(WAIT4, pid, 0, 0, 0);
}

static void exec(word count) {
  while (count-- > 0) start_program();
}

__attribute__((used)) void start(word *stack) {
  char **arguments = (char **)(stack + 1);
  word count = stack[0] > 2 ? number_of(arguments[2]) : 0;
  switch (stack[0] > 1 ? arguments[1][0] : 0) {
    case 'o': open_close(count); break;
    case 'g': get_pid(count); break;
    case 'p': write_read(count); break;
    case 'e': exec(count); break;
    default: call(EXIT, 2, 0, 0, 0);
  }
  call(EXIT, 0, 0, 0, 0);
}
