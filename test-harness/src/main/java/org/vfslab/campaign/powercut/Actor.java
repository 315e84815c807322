package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.vfslab.aio.IoEvent;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.block.BlockDevice;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** A task that makes the operations of a program and keeps its {@link Book}. */
final class Actor {
  private static final int PAGE_SECTORS = Inode.PAGE_BYTES / BlockDevice.SECTOR_BYTES;

  private final Run run;
  private final Lab lab;
  private final int number;
  private final List<Op> ops;
  private final Book book = new Book();
  private final KioContext aio;

  Actor(Run run, Lab lab, int number, List<Op> ops) {
    this.run = run;
    this.lab = lab;
    this.number = number;
    this.ops = ops;
    this.aio = lab.aio().context("actor" + number, 1);
    lab.machine().task("actor" + number, this::run);
  }

  Book book() {
    return book;
  }

  private void run() {
    for (Op op : ops) {
      run.told(number, op);
      perform(op);
    }
  }

  private void perform(Op op) {
    UserProcess process = lab.process();
    switch (op) {
      case Op.Create create -> {
        book.creates(create.name());
        with(create.name(), OpenFlags.O_CREAT | OpenFlags.O_RDWR, op, fd -> 0);
        book.done();
      }
      case Op.Write write -> write(write);
      case Op.Truncate truncate -> {
        book.truncates(truncate.name(), truncate.sectors());
        long bytes = bytes(truncate.sectors());
        call(op, () -> process.truncate(path(truncate.name()), bytes));
        book.done();
      }
      case Op.Punch punch -> {
        book.punches(punch.name(), punch.sector(), punch.sectors());
        with(
            punch.name(),
            OpenFlags.O_RDWR,
            op,
            fd -> process.fallocate(fd, 3, bytes(punch.sector()), bytes(punch.sectors())));
        book.done();
      }
      case Op.Rename rename -> {
        book.renames(rename.from(), rename.to());
        call(op, () -> process.rename(path(rename.from()), path(rename.to())));
        book.done();
      }
      case Op.Link link -> {
        book.links(link.from(), link.to());
        call(op, () -> process.link(path(link.from()), path(link.to())));
        book.done();
      }
      case Op.Unlink unlink -> {
        book.unlinks(unlink.name());
        call(op, () -> process.unlink(path(unlink.name())));
        book.done();
      }
      case Op.Fsync fsync ->
          with(
              fsync.name(),
              OpenFlags.O_RDWR,
              op,
              fd -> {
                long result = fsync.dataOnly() ? process.fdatasync(fd) : process.fsync(fd);
                if (result == 0) {
                  book.promiseFile(fsync.name(), fsync.dataOnly());
                }
                return result;
              });
      case Op.FsyncDirectory fsync ->
          with(
              "",
              OpenFlags.O_RDONLY,
              op,
              fd -> {
                long result = process.fsync(fd);
                if (result == 0) {
                  book.promiseNames();
                }
                return result;
              });
      case Op.Syncfs syncfs -> {
        List<Runnable> promises = run.promisesOfAllDone();
        call(op, () -> process.syncfs("/mnt"));
        promises.forEach(Runnable::run);
      }
      case Op.Freeze freeze -> freeze(freeze);
    }
  }

  private void freeze(Op op) {
    long result = syscall(op, () -> lab.process().ioctl("/mnt", UserProcess.FIFREEZE));
    if (result < 0) {
      if (result != -Errno.EBUSY) { // another actor has it frozen
        run.wrong(op + " failed with " + Errno.name(result));
      }
      return;
    }
    run.promisesOfAllDone().forEach(Runnable::run);
    run.frozen(true);
    run.snapshot();
    call(op, () -> lab.process().syncfs("/mnt")); // some steps in which the power may go
    run.frozen(false);
    call(op, () -> lab.process().ioctl("/mnt", UserProcess.FITHAW));
  }

  private void write(Op.Write write) {
    boolean buffered = write.how() == Op.How.BUFFERED;
    book.writes(
        write.name(),
        write.sector(),
        write.sectors(),
        write.value(),
        buffered ? PAGE_SECTORS : Integer.MAX_VALUE / 2);
    byte[] data = new byte[bytes(write.sectors())];
    Arrays.fill(data, (byte) write.value());
    int flags =
        OpenFlags.O_RDWR
            | (buffered ? 0 : OpenFlags.O_DIRECT)
            | (write.dsync() ? OpenFlags.O_DSYNC : 0);
    with(
        write.name(),
        flags,
        write,
        fd -> {
          long result =
              write.how() == Op.How.AIO
                  ? aioWrite(fd, data, bytes(write.sector()))
                  : lab.process().pwrite(fd, data, bytes(write.sector()));
          if (result == data.length) {
            book.done();
            if (write.dsync()) {
              book.promiseRange(write.name(), write.sector(), write.sectors());
            }
          }
          return result == data.length ? 0 : Math.min(result, -Errno.EIO);
        });
  }

  private long aioWrite(long fd, byte[] data, long pos) {
    Iocb iocb = new Iocb(0, Iocb.Opcode.PWRITE, fd, data, pos);
    long submitted = lab.aio().ioSubmit(aio, List.of(iocb));
    if (submitted != 1) {
      return submitted;
    }
    List<IoEvent> events = new ArrayList<>(1);
    long got = lab.aio().ioGetevents(aio, 1, 1, events);
    return got == 1 ? events.getFirst().res() : got;
  }

  // ---- system calls

  private interface OnDescriptor {
    long call(long fd);
  }

  private void with(String name, int flags, Op op, OnDescriptor call) {
    long fd = call(op, () -> lab.process().open(path(name), flags));
    if (fd >= 0) {
      call(op, () -> call.call(fd));
      call(op, () -> lab.process().close(fd));
    }
  }

  private long call(Op op, LongSupplier call) {
    long result = syscall(op, call);
    if (result < 0) {
      run.wrong(op + " failed with " + Errno.name(result));
    }
    return result;
  }

  private long syscall(Op op, LongSupplier call) {
    return lab.machine().currentTask().syscall(op.toString(), call);
  }

  private String path(String name) {
    return Program.path(number, name);
  }

  private static int bytes(int sectors) {
    return sectors * BlockDevice.SECTOR_BYTES;
  }
}
