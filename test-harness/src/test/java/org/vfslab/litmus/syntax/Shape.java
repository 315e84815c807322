package org.vfslab.litmus.syntax;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A syntax tree as nested lists, without positions, so that two trees can be compared. */
final class Shape {

  private Shape() {}

  static Object of(Object node) {
    return switch (node) {
      case List<?> list -> list.stream().map(Shape::of).toList();
      case Optional<?> optional -> optional.map(Shape::of);
      case Record record -> components(record);
      default -> node;
    };
  }

  private static List<Object> components(Record record) {
    List<Object> shape = new ArrayList<>();
    shape.add(record.getClass().getSimpleName());
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = read(component, record);
      if (!(value instanceof Position) && !(value instanceof LitmusSource)) {
        shape.add(of(value));
      }
    }
    return shape;
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("record components are readable", e);
    }
  }
}
