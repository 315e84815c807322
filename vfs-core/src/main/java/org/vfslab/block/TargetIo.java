package org.vfslab.block;

/** A bio, or the part of one, that a target has to map: {@code struct dm_target_io}. */
final class TargetIo {
  private final Bio bio;

  TargetIo(Bio bio) {
    this.bio = bio;
  }

  /** What is to be done when the device below has ended the clone. */
  @FunctionalInterface
  interface Ending {
    /** The plain one: what was read is what was read, and errors are errors. */
    Ending PLAIN = (bio, lower) -> lower.blkStatus();

    /** {@code ->end_io}: may change what was read; returns how the bio ends. */
    BlkStatus ended(Bio bio, Bio lower);
  }

  /** The bio; its sectors count from the start of the target. */
  Bio bio() {
    return bio;
  }

  /** {@code DM_MAPIO_REMAPPED}: to this place of another device. */
  void remap(BlockDevice device, long offset) {
    remap(device, offset, bio.data(), Ending.PLAIN);
  }

  /** The same, carrying other bytes, and with something to do at the end. */
  void remap(BlockDevice device, long offset, Data carried, Ending ending) {
    Bio lower =
        bio.carrying(carried)
            .clone(
                0,
                bio.sectors(),
                bio.sectors() == 0 ? 0 : offset + bio.sector(),
                ended -> {
                  if (bio.op() == BioOp.READ && ended.blkStatus() == BlkStatus.OK) {
                    bio.filled(ended.data());
                  }
                  bio.end(ending.ended(bio, ended));
                });
    device.submitBio(lower);
  }

  /** {@code DM_MAPIO_SUBMITTED} after {@code bio_endio}: ends here and now. */
  void end(BlkStatus status) {
    bio.end(status);
  }

  /** {@code DM_MAPIO_KILL}. */
  void kill() {
    bio.end(BlkStatus.IOERR);
  }
}
