package org.vfslab.block;

import org.jspecify.annotations.Nullable;

/**
 * What a driver handed to the drive for one start of a request. The drive keeps it in its own
 * memory: its fields are touched under the lock of the {@link Drive}.
 */
final class Command {
  final Request request;
  final long generation;
  final BioOp op;
  final boolean fua;
  final long sector;
  final int sectors;
  final @Nullable Fault fault;

  /** What is to be written, or what was read. */
  Data data;

  /** How it went, once it is done. */
  BlkStatus status = BlkStatus.OK;

  boolean done;

  /** Whether the drive needed no time, so that the submitter finds it done. */
  boolean inline;

  boolean aborted;

  /** Of a flush: what is in the cache before this point will be durable. */
  long flushPoint;

  Command(Request request, long generation, @Nullable Fault fault) {
    this.request = request;
    this.generation = generation;
    this.fault = fault;
    this.op = request.op;
    this.fua = request.fua;
    Bio bio = request.bio;
    this.sector = bio == null ? 0 : bio.sector();
    this.sectors = bio == null ? 0 : bio.sectors();
    this.data = bio == null ? Data.zeroes(0) : bio.data();
  }
}
