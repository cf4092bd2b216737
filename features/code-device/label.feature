@label
Feature: The serial number on the back
  The guide, step 5, part 3 item 7: it is found there. A camera below a glass plate reads the label.

  @display @probe
  Scenario: The label carries the number that the chip holds
    When I read the serial number on the back of my code display
    Then the label carries the serial number of my code display [S5.C.7]

  @reader @probe
  Scenario: A reader's label carries the number that the chip holds
    When I read the serial number on the back of my audio code reader
    Then the label carries the serial number of my audio code reader [S5.C.7]

  @phone @display
  Scenario: The service takes the number that the label carries
    Given a code display that holds its test key and the right time
    And the guide followed as far as the serial number
    When I enter the serial number that the camera finds on the back of my code display [S5.C.7]
    Then I see the message "Enter the 6-digit one-time code" [S5.C.7]

  @phone @display @sealed
  Scenario: The service takes the number that a sealed device's label carries
    Given the guide followed as far as the serial number
    When I enter the serial number that the camera finds on the back of my code display [S5.C.7]
    Then I see the message "Enter the 6-digit one-time code" [S5.C.7]
